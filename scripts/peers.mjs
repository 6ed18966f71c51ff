// Installs the programs that tests use as judges, where this machine can: into .cache/bin, which tests put on their PATH.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root } from "./install.mjs";

const bin = join(root, ".cache/bin");
const goTools = {
  grpcurl: "github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.4",
  // The last release whose main module holds it: the Go proxy doesn't have its own module.
  govc: "github.com/vmware/govmomi/govc@v0.46.3",
};
/** Built from the workspace's own sources: govmomi's simulator of today has a program only in a module that the Go proxy doesn't have. */
const goPrograms = { vcsim: "packages/vsphere-client/vcsim" };

const works = (command, ...args) => spawnSync(command, args, { stdio: "ignore" }).status === 0;

const fail = (message) => {
  console.error(`peers: ${message}`);
  process.exit(1);
};

/** What the tests against libvirt take: its daemon, QEMU, an sshd, and what builds their guest. */
const libvirtPackages = [
  ..."libvirt-daemon-system libvirt-clients qemu-system-x86 qemu-utils dnsmasq-base openssh-server openssh-client openssl".split(" "),
  ..."iproute2 dosfstools mtools syslinux cpio xz-utils zstd".split(" "),
];

/** Installs libvirt by apt, where that can be done; answers the names of the peers that are here now. */
function installLibvirt() {
  if (process.getuid?.() !== 0 || !works("apt-get", "--version")) {
    console.error("peers: no root with apt on this machine, so tests against libvirtd are skipped");
    return [];
  }
  const missing = libvirtPackages.filter((name) => !works("dpkg", "-s", name));
  if (missing.length > 0) {
    console.error(`peers: installing ${missing.join(" ")} …`);
    const apt = (...args) =>
      spawnSync("apt-get", ["-qq", ...args], { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" }, encoding: "utf8" });
    apt("update");
    const { status, stderr } = apt("install", "-y", "--no-install-recommends", ...missing);
    if (status !== 0) fail(`libvirt can't be installed:\n${stderr}`);
  }
  if (!works("unshare", "--mount", "--net", "--pid", "--fork", "true")) {
    console.error("peers: namespaces can't be made on this machine, so tests against libvirtd are skipped");
    return [];
  }
  return ["libvirtd"];
}

const moto = "moto[ec2,autoscaling,ssm,server]==5.2.1";

/** Installs moto, which stands for AWS, into a Python environment of its own; answers its name. */
function installMoto() {
  const script = join(bin, "moto_server");
  if (works("moto_server", "--help") || works(script, "--help")) return ["moto_server"];
  const home = join(root, ".cache/moto");
  console.error("peers: installing moto …");
  if (!works("python3", "-m", "venv", home)) {
    console.error("peers: no Python with venv on this machine, so tests against moto are skipped");
    return [];
  }
  const { status, stderr } = spawnSync(join(home, "bin/pip"), ["install", "--quiet", moto], { encoding: "utf8" });
  if (status !== 0) fail(`moto can't be installed:\n${stderr}`);
  mkdirSync(bin, { recursive: true });
  rmSync(script, { force: true });
  symlinkSync(join(home, "bin/moto_server"), script);
  return ["moto_server"];
}

/** Installs Prism, which judges by vendors' API descriptions, where there are some beside this repository; answers its name. */
function installPrism() {
  if (!existsSync(process.env.REMUDA_VENDOR_SPECS ?? join(root, "../shared/specs"))) return [];
  const script = join(bin, "prism");
  if (works("prism", "--version") || works(script, "--version")) return ["prism"];
  const home = join(root, ".cache/prism");
  console.error("peers: installing prism …");
  mkdirSync(home, { recursive: true });
  // The last one that runs on Node 20.
  const { status, stderr } = spawnSync("npm", ["install", "--no-audit", "--no-fund", "--prefix", home, "@stoplight/prism-cli@5.12.0"], {
    encoding: "utf8",
  });
  if (status !== 0) fail(`prism can't be installed:\n${stderr}`);
  mkdirSync(bin, { recursive: true });
  rmSync(script, { force: true });
  symlinkSync(join(home, "node_modules/.bin/prism"), script);
  return ["prism"];
}

/** Answers the environment for the tests. With CI=true it installs what is missing and demands what it installed. */
export function peerEnvironment() {
  const env = { PATH: `${bin}${delimiter}${process.env.PATH}` };
  if (process.env.CI !== "true") return env;
  return { ...env, REMUDA_REQUIRE_PEERS: [...installGoTools(), ...installLibvirt(), ...installMoto(), ...installPrism()].join(",") };
}

function installGoTools() {
  if (!works("go", "version")) {
    console.error(`peers: no Go on this machine, so tests against ${Object.keys({ ...goTools, ...goPrograms }).join(", ")} are skipped`);
    return [];
  }
  mkdirSync(bin, { recursive: true });
  for (const [name, source] of Object.entries(goTools)) {
    if (existsSync(join(bin, name))) continue;
    console.error(`peers: installing ${name} …`);
    const { status, stderr } = spawnSync("go", ["install", source], { env: { ...process.env, GOBIN: bin }, encoding: "utf8" });
    if (status !== 0) fail(`${name} can't be installed:\n${stderr}`);
  }
  for (const [name, folder] of Object.entries(goPrograms)) {
    if (existsSync(join(bin, name))) continue;
    console.error(`peers: building ${name} …`);
    const { status, stderr } = spawnSync("go", ["build", "-o", join(bin, name), "."], { cwd: join(root, folder), encoding: "utf8" });
    if (status !== 0) fail(`${name} can't be built:\n${stderr}`);
  }
  return [...Object.keys(goTools), ...Object.keys(goPrograms)];
}
