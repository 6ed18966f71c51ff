import type { TestGuest } from "./guest";

/** The XML of a small machine that boots the test guest by its kernel, under emulation. */
export const guestXml = (name: string, { kernel, initrd }: TestGuest, devices = ""): string => `<domain type='qemu'>
  <name>${name}</name>
  <memory unit='MiB'>160</memory>
  <vcpu>1</vcpu>
  <os>
    <type machine='q35'>hvm</type>
    <kernel>${kernel}</kernel>
    <initrd>${initrd}</initrd>
    <cmdline>console=ttyS0 quiet net.ifnames=0 rdinit=/init</cmdline>
  </os>
  <features><acpi/></features>
  <devices>
    <serial type='pty'/>
    <console type='pty'/>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    ${devices}
  </devices>
</domain>`;
