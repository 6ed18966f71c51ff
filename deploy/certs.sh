#!/usr/bin/env bash
# Makes an authority, certificates for manager and simulator, and the API's token: deploy/certs.sh FOLDER
# For trials and small installations. Run again it keeps the authority and the token, and renews the certificates.
set -euo pipefail
umask 022
[ $# -eq 1 ] || { echo "usage: deploy/certs.sh FOLDER" >&2; exit 2; }
# Only the owner gets into the folder; what lies in it must be readable by the services' users, who get parts of it mounted.
mkdir -p -m 700 "$1"
cd "$1"
secrets=manager/secrets/provider-sim
mkdir -p ca manager provider-sim "$secrets"

new_key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" && chmod "$2" "$1"; }
certify() { # PATH-WITHOUT-ENDING COMMON-NAME USAGE NAMES
  new_key "$1.key" 644
  openssl req -new -key "$1.key" -subj "/CN=$2" -out "$1.csr"
  openssl x509 -req -in "$1.csr" -CA ca/ca.crt -CAkey ca/ca.key -CAcreateserial -days 397 -out "$1.crt" \
    -extfile <(printf 'extendedKeyUsage=%s\nsubjectAltName=%s\n' "$3" "$4")
  rm "$1.csr"
}

{
  if [ ! -e ca/ca.key ]; then
    new_key ca/ca.key 600
    openssl req -x509 -new -key ca/ca.key -days 3650 -subj "/CN=Remuda authority" -out ca/ca.crt
  fi
  certify manager/tls manager serverAuth DNS:manager,DNS:manager.remuda.svc,DNS:localhost,IP:127.0.0.1
  certify provider-sim/tls provider-sim serverAuth DNS:provider-sim,DNS:provider-sim.remuda.svc,DNS:localhost,IP:127.0.0.1
  certify "$secrets/tls" manager clientAuth DNS:manager
} 2>/dev/null || { echo "openssl failed in $1" >&2; exit 1; }
cp ca/ca.crt provider-sim/ca.crt
cp ca/ca.crt "$secrets/ca.crt"
[ -e manager/token ] || openssl rand -hex 32 > manager/token
