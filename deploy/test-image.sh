#!/usr/bin/env bash
# Builds the images of manager and simulator and runs them as they are meant to be run: read-only, no privileges, TLS both ways.
# Needs buildah, podman and runc. BUILD_IMAGE and RUNTIME_IMAGE are the Dockerfile's; if they are not set and no registry shall be asked,
# LOCAL_ROOT names a folder with a Debian (debootstrap --variant=minbase --include=ca-certificates bookworm FOLDER), and the bases are made
# from it and from this machine's Node. Everything is kept in a temporary folder of its own, which goes at the end.
set -euo pipefail
cd "$(dirname "$0")/.."
for tool in buildah podman runc openssl; do
  command -v "$tool" >/dev/null || { echo "skipped: there is no $tool"; exit 0; }
done

work=$(mktemp -d)
export TMPDIR=$work
storage=(--root "$work/storage" --runroot "$work/run" --storage-driver vfs)
# cgroupns and ulimit: what a container in a container can't have; network: only loopback is used.
run=(--rm=false --detach --cgroupns=host --ulimit nofile=1024:1024 --ulimit nproc=1000:1000 --network=host
  --read-only --read-only-tmpfs=false --cap-drop=all --security-opt=no-new-privileges)
buildah_() { buildah "${storage[@]}" "$@"; }
podman_() { podman "${storage[@]}" --runtime runc --cgroup-manager cgroupfs --events-backend=file "$@"; }
clean() {
  podman_ rm --all --force --time 0 >/dev/null 2>&1 || true
  buildah_ rm --all >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap clean EXIT
step() { printf '== %s (%s s)\n' "$1" "$SECONDS"; }
fail() { echo "FAILED: $1" >&2; podman_ logs manager >&2 || true; podman_ logs provider-sim >&2 || true; exit 1; }

bases=()
[ -z "${BUILD_IMAGE:-}" ] || bases+=(--build-arg "BUILD_IMAGE=$BUILD_IMAGE")
[ -z "${RUNTIME_IMAGE:-}" ] || bases+=(--build-arg "RUNTIME_IMAGE=$RUNTIME_IMAGE")
if [ -n "${LOCAL_ROOT:-}" ]; then
  step "bases from $LOCAL_ROOT and Node $(node --version)"
  node=$(readlink -f "$(command -v node)")
  modules=$(npm root --global)
  container=$(buildah_ from scratch)
  tar -C "$LOCAL_ROOT" --one-file-system --exclude=./proc --exclude=./sys --exclude=./dev -cf "$work/root.tar" .
  buildah_ add -q "$container" "$work/root.tar" / >/dev/null
  buildah_ add -q "$container" "$node" /usr/local/bin/node >/dev/null
  buildah_ add -q "$container" "$modules/npm" /usr/local/lib/node_modules/npm >/dev/null
  buildah_ add -q "$container" /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt >/dev/null
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$work/npx"
  tar -C "$work" -cf "$work/npx.tar" npx
  buildah_ add -q "$container" "$work/npx.tar" /usr/local/bin/ >/dev/null
  buildah_ config --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt "$container"
  buildah_ commit -q --rm "$container" localhost/build-base >/dev/null
  container=$(buildah_ from scratch)
  # shellcheck disable=SC2046  # paths of libraries have no spaces
  tar -chf "$work/libraries.tar" $(find node_modules/.pnpm -path '*-gnu/index.node' -exec ldd "$node" {} + | grep -oE '/\S*/lib\S*\.so\S*|/lib64/\S+' | sort -u) 2>/dev/null
  buildah_ add -q "$container" "$work/libraries.tar" / >/dev/null
  buildah_ commit -q --rm "$container" localhost/runtime-base >/dev/null
  rm "$work"/*.tar
  bases=(--build-arg BUILD_IMAGE=localhost/build-base --build-arg RUNTIME_IMAGE=localhost/runtime-base)
fi

# What is here now, so that an edit while it builds does not matter.
mkdir "$work/context"
git ls-files -z --cached --others --exclude-standard | tar --null --files-from=- --ignore-failed-read -cf - 2>/dev/null | tar -xf - -C "$work/context"

# A fixed time, so that the same sources make the same layers.
build() { # SERVICE TAG FLAGS
  buildah_ build -q --isolation chroot --format docker --timestamp 0 -f "$work/context/deploy/Dockerfile" "${bases[@]}" \
    --build-arg "SERVICE=$1" -t "localhost/remuda/$2" "${@:3}" "$work/context" >"$work/build.log" 2>&1 || { tail -40 "$work/build.log" >&2; exit 1; }
}
step "build manager"
build manager manager --layers
step "build provider-sim"
build provider-sim provider-sim --layers
step "build manager again, from nothing"
build manager again --layers --no-cache
contents() { buildah_ inspect --type image --format '{{.OCIv1.RootFS.DiffIDs}} {{.OCIv1.Config}}' "localhost/remuda/$1"; }
[ "$(contents manager)" = "$(contents again)" ] || fail "two builds differ: $(contents manager) and $(contents again)"
contents manager
buildah_ images --filter reference='localhost/remuda/*' --format '{{.Name}} {{.Size}}'

step "run"
free_port() { node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }
api=$(free_port) http=$(free_port) sim=$(free_port) sim_http=$(free_port)
deploy/certs.sh "$work/secrets"
mkdir -p "$work/data" "$work/state"
chown 65532:65532 "$work/data" "$work/state"
podman_ run "${run[@]}" --name provider-sim -e REMUDA_HTTP_LISTEN="127.0.0.1:$sim_http" -v "$work/secrets/provider-sim:/etc/remuda:ro" \
  -v "$work/state:/var/lib/remuda" localhost/remuda/provider-sim --listen "127.0.0.1:$sim" \
  --tls-cert /etc/remuda/tls.crt --tls-key /etc/remuda/tls.key --tls-client-ca /etc/remuda/ca.crt >/dev/null
podman_ run "${run[@]}" --name manager -e REMUDA_HTTP_LISTEN="127.0.0.1:$http" -v "$work/secrets/manager:/etc/remuda:ro" \
  -v "$work/data:/var/lib/remuda" localhost/remuda/manager --listen "127.0.0.1:$api" --secrets-dir /etc/remuda/secrets \
  --token-file /etc/remuda/token --tls-cert /etc/remuda/tls.crt --tls-key /etc/remuda/tls.key >/dev/null
until_ok() { for _ in $(seq 100); do "$@" >/dev/null 2>&1 && return; sleep 0.1; done; fail "not within 10 s: $*"; }
until_ok curl -fsS "http://127.0.0.1:$http/readyz"
until_ok curl -fsS "http://127.0.0.1:$sim_http/readyz"
for name in manager provider-sim; do
  podman_ exec "$name" /usr/local/bin/node -p 'process.getuid()' | grep -qx 65532 || fail "$name does not run as 65532"
  podman_ exec "$name" /usr/local/bin/node -e 'try { fs.writeFileSync("/opt/remuda/x", ""); process.exit(1) } catch (e) { process.exit(e.code === "EROFS" ? 0 : 1) }' ||
    fail "$name can write into its image"
  podman_ healthcheck run "$name" || fail "$name is not healthy"
done

step "a machine, through manager and simulator in their containers"
remuda() { node packages/cli/dist/remuda.cjs --server "https://127.0.0.1:$api" --tls-ca "$work/secrets/ca/ca.crt" --token-file "$work/secrets/manager/token" "$@"; }
sed "s/provider-sim:7710/127.0.0.1:$sim/" deploy/provider-sim.yaml | remuda apply -f -
node -e '
  const { parseAllDocuments } = require(require.resolve("yaml", { paths: ["test"] }));
  const resources = parseAllDocuments(require("fs").readFileSync("examples/quickstart.yaml", "utf8")).map((d) => d.toJS());
  console.log(JSON.stringify({ apiVersion: "v1", kind: "List", items: resources.filter((r) => r.kind !== "Provider") }));
' | remuda apply -f -
remuda wait vm web-1 web-2 db-1 --for=condition=Ready --timeout 60s || fail "the machines did not become ready"

step "stop by SIGTERM"
for name in manager provider-sim; do
  podman_ stop --time 20 "$name" >/dev/null
  status=$(podman_ inspect --format '{{.State.ExitCode}}' "$name")
  [ "$status" = 0 ] || fail "$name ended with $status"
done
step "all good"
