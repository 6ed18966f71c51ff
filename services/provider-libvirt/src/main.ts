import { runProvider } from "@remuda/provider-kit";
import { version } from "./capabilities";
import { flags, readConfig } from "./config";
import { openProvider } from "./open";

void runProvider({
  name: "provider-libvirt",
  version,
  about: "KVM and QEMU hosts, by libvirt",
  flags,
  create: (values) => openProvider(readConfig(values)),
});
