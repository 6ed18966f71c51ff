#!/bin/sh
# The test guest's first process. What it does it tells on the serial console, in lines that begin with "guest:".
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null
tell() { echo "guest: $*" > /dev/console; }
for module in /modules/*.ko; do insmod "$module" 2>/dev/null || tell "module ${module##*/} refused"; done
ip link set lo up

# ACPI's power button arrives as an input event.
for event in /dev/input/event*; do
  (head -c 1 "$event" > /dev/null && tell "power button" && poweroff -f) &
done
# The agent ends the machine by this.
cat > /sbin/shutdown <<'END'
#!/bin/sh
case "$*" in *-r*) (sleep 0.3; reboot -f) & ;; *) (sleep 0.3; poweroff -f) & ;; esac
END
chmod +x /sbin/shutdown

# The seed: an ISO 9660 whose label, at byte 32808, is cidata.
for block in /sys/class/block/*; do
  device=/dev/${block##*/}
  case "$(dd if="$device" bs=1 skip=32808 count=6 2>/dev/null)" in
    cidata | CIDATA) mount -t iso9660 -o ro "$device" /seed && tell "seed $device" && break ;;
  esac
done
value() { sed -n "s/^[\"']\{0,1\}$1[\"']\{0,1\}: *[\"']\{0,1\}\([^\"']*\)[\"']\{0,1\} *$/\1/p" "$2" 2>/dev/null | head -n 1; }
name=$(value local-hostname /seed/meta-data)
[ -n "$name" ] && hostname "$name"
tell "instance $(value instance-id /seed/meta-data) hostname $(hostname)"

# The first static address of network-config, else DHCP.
if [ -d /sys/class/net/eth0 ]; then
  ip link set eth0 up
  static=$(grep -oE '[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+/[0-9]+' /seed/network-config 2>/dev/null | head -n 1)
  if [ -n "$static" ]; then
    ip addr add "$static" dev eth0
  else
    printf '#!/bin/sh\n[ "$1" = bound ] && ip addr add $ip/${mask:-24} dev $interface && [ -n "$router" ] && ip route add default via $router\n' > /tmp/bound
    chmod +x /tmp/bound
    udhcpc -i eth0 -n -q -t 15 -T 1 -A 1 -x "hostname:$(hostname)" -s /tmp/bound > /dev/null 2>&1
  fi
  tell "address $(ip -4 -o addr show eth0 | sed 's/.*inet \([^ ]*\).*/\1/') mac $(cat /sys/class/net/eth0/address)"
fi

if [ -s /seed/user-data ]; then
  tell "user-data $(wc -c < /seed/user-data) bytes sha256 $(sha256sum /seed/user-data | cut -d ' ' -f 1)"
  if head -n 1 /seed/user-data | grep -q '^#!'; then
    cp /seed/user-data /tmp/user-data
    chmod +x /tmp/user-data
    /tmp/user-data > /dev/console 2>&1
    tell "user-data ended $?"
  fi
fi

for port in /dev/vport*; do
  [ -e "$port" ] || continue
  LD_LIBRARY_PATH=/agent /agent/loader /agent/qemu-ga --method virtio-serial --path "$port" --daemonize && tell "agent $port" && break
done

# What is plugged, grown or taken away while it runs.
before=
tell "up"
while :; do
  for cpu in /sys/devices/system/cpu/cpu*/online; do [ "$(cat "$cpu" 2>/dev/null)" = 0 ] && echo 1 > "$cpu"; done
  disks=
  for block in /sys/class/block/[vs]d[a-z]; do [ -e "$block" ] && disks="$disks ${block##*/}=$(($(cat "$block/size") / 2048))"; done
  nics=$(ls /sys/class/net | grep -c '^eth')
  now="cpus $(nproc) memory_mib $(($(sed -n 's/MemTotal: *\([0-9]*\).*/\1/p' /proc/meminfo) / 1024)) nics $nics disks_mib$disks"
  [ "$now" = "$before" ] || tell "$now"
  before=$now
  sleep 1
done
