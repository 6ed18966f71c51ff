// Makes the code that comes from proto/ and from the vim25 table: run it after a change there, and commit what it writes.
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const bin = join(root, "node_modules", ".bin");
const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
const gen = "packages/contract/src/gen";
const buf = (...args) => execFileSync(join(bin, "buf"), args, { cwd: root, env, maxBuffer: 64 << 20 });
const generate = (plugin, paths) =>
  buf(
    "generate",
    "--include-imports",
    "--template",
    JSON.stringify({ version: "v2", plugins: [plugin] }),
    ...paths.flatMap((path) => ["--path", path]),
  );

rmSync(join(root, gen), { recursive: true, force: true });
// The provider contract: plain objects and grpc-js service definitions.
generate(
  {
    local: "protoc-gen-ts_proto",
    out: `${gen}/grpc`,
    opt: [
      "outputServices=grpc-js",
      "oneof=unions-value",
      "unknownFields=true",
      "esModuleInterop=true",
      "enumsAsLiterals=true",
      "removeEnumPrefix=true",
      "useExactTypes=false",
      "outputJsonMethods=false",
      "unrecognizedEnum=false",
      "forceLong=number",
      "importSuffix=",
    ],
  },
  ["proto/remuda/provider", "proto/third_party/google", "proto/third_party/grpc"],
);
// The manager's API: served and called by Connect.
generate({ local: "protoc-gen-es", out: `${gen}/connect`, opt: ["target=ts"] }, [
  "proto/remuda/manager",
  "proto/third_party/google",
  "proto/third_party/grpc",
]);
// With source info: reflection then shows the comments, so that `grpcurl describe` is a manual.
const descriptorSet = buf("build", "--as-file-descriptor-set", "-o", "-#format=binpb").toString("base64");
writeFileSync(
  join(root, gen, "descriptors.ts"),
  `// Made by scripts/generate.mjs. A serialized google.protobuf.FileDescriptorSet with all imports and comments, in base64.\nexport const descriptorSetBase64 =\n  "${descriptorSet}";\n`,
);

execFileSync(process.execPath, [join(root, "packages/vsphere-client/generate.mjs")], { stdio: "inherit" });
