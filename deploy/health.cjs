// The images' HEALTHCHECK: status 0 if /healthz answers 200.
const port = (process.env.REMUDA_HTTP_LISTEN ?? "").split(":").pop();
require("node:http")
  .get({ host: "127.0.0.1", port, path: "/healthz", timeout: 4000 }, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1))
  .on("timeout", () => process.exit(1))
  .on("error", () => process.exit(1));
