import { runProvider } from "@remuda/provider-kit";
import { createMemoryProvider } from "./provider";

void runProvider({
  name: "provider-memory",
  version: "0.1.0",
  about: "make-believe machines, kept in a file",
  flags: {
    file: { description: "where the machines are kept", value: "FILE", default: "machines.json" },
  },
  create: ({ file }) => new Promise((resolve) => resolve(createMemoryProvider(file))),
});
