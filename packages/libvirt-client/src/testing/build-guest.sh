#!/bin/bash
# Builds the test guest: OUT/guest.qcow2, which boots by BIOS from its own disk in seconds, even without KVM, and OUT/vmlinuz and
# OUT/initrd, the same for direct boot. Debian's (or Ubuntu's) kernel for clouds, busybox, virtio, and the QEMU guest agent.
#   build-guest.sh OUT
# Takes apt (to download packages, not to install them), dosfstools, mtools, syslinux, qemu-utils and cpio.
set -euo pipefail
case "${1:-}" in /*) out=$1 ;; *) echo "usage: $0 ABSOLUTE_FOLDER" >&2; exit 2 ;; esac
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out" "$work/packages" "$work/files" "$work/initrd"

depends() { apt-cache depends "$1" 2>/dev/null | sed -n 's/^ *|\{0,1\}Depends: \([^<]*\)$/\1/p'; }
kernel=
for meta in linux-image-cloud-amd64 linux-image-virtual; do
  kernel=$(depends "$meta" | grep -E '^linux-image-(unsigned-)?[0-9]' | head -n 1) && [ -n "$kernel" ] && break
done
[ -n "$kernel" ] || { echo "no kernel package found; run apt-get update" >&2; exit 1; }
modules=$(depends "$kernel" | grep '^linux-modules-' || true)
libraries=$(depends qemu-guest-agent | grep '^lib' || true)
(
  cd "$work/packages"
  # shellcheck disable=SC2086
  apt-get -qq -o APT::Sandbox::User=root download $kernel $modules busybox-static qemu-guest-agent $libraries > /dev/null
  for package in *.deb; do dpkg -x "$package" "$work/files"; done
)

root=$work/initrd
mkdir -p "$root"/{bin,sbin,proc,sys,dev,seed,etc,modules,run,tmp,var/run,agent}
busybox=$(find "$work/files" -path '*/bin/busybox' -type f | head -n 1)
cp "$busybox" "$root/bin/busybox"
ln -s busybox "$root/bin/sh"

# In the order of their dependencies. One that isn't there is built into the kernel.
number=10
for module in virtio_ring virtio virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci virtio_blk failover net_failover virtio_net \
  scsi_common scsi_mod sd_mod virtio_scsi cdrom sr_mod isofs button evdev virtio_console; do
  file=$(find "$work/files" -path '*/lib/modules/*' -name "$module.ko*" | head -n 1)
  target=$root/modules/$number-$module.ko
  case "$file" in
    *.ko) cp "$file" "$target" ;;
    *.xz) xz -dc "$file" > "$target" ;;
    *.zst) zstd -qdc "$file" > "$target" ;;
    *) continue ;;
  esac
  number=$((number + 1))
done

# The agent with its own libraries and loader, so that nothing of a distribution has to be there.
agent=$(find "$work/files" -path '*/sbin/qemu-ga' -type f | head -n 1)
cp "$agent" "$root/agent/"
search=$(find "$work/files" -type d -name 'x86_64-linux-gnu' -path '*/lib/*' | paste -sd :)
LD_LIBRARY_PATH=$search ldd "$agent" | grep -oE '/[^ ]+' | while read -r library; do cp -L "$library" "$root/agent/"; done
mv "$root"/agent/ld-linux-* "$root/agent/loader"

install -m 755 "$here/guest-init.sh" "$root/init"
(cd "$root" && find . | cpio --quiet -o -H newc | gzip -1) > "$out/initrd"
cp "$(find "$work/files" -name 'vmlinuz-*' -type f | head -n 1)" "$out/vmlinuz"

# A FAT disk without partitions, made bootable as a file: no loop device and no mount.
disk=$work/guest.raw
truncate -s 64M "$disk"
mkfs.vfat -F 16 -n GUEST "$disk" > /dev/null
syslinux --install "$disk"
cat > "$work/syslinux.cfg" <<'END'
DEFAULT guest
LABEL guest
  KERNEL vmlinuz
  INITRD initrd
  APPEND console=ttyS0 quiet net.ifnames=0 memhp_default_state=online rdinit=/init
END
mcopy -i "$disk" "$out/vmlinuz" "$out/initrd" "$work/syslinux.cfg" ::/
qemu-img convert -O qcow2 "$disk" "$work/guest.qcow2"
mv "$work/guest.qcow2" "$out/guest.qcow2"
