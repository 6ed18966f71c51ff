export { type Host, openHost } from "./host";
export { createLibvirtProvider, type LibvirtProviderOptions } from "./provider";
