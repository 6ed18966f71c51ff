// libvirt's flags and states, as its headers number them.

export const domainState = { running: 1, blocked: 2, paused: 3, shuttingDown: 4, shutOff: 5, crashed: 6, pmSuspended: 7 } as const;

export const affect = { live: 1, config: 2 } as const;
export const vcpuMaximum = 4;
export const memoryMaximum = 4;
export const xmlInactive = 2;
export const listManagedSave = 256;
export const blockResizeBytes = 1;
export const metadataElement = 2;
export const undefine = { managedSave: 1, snapshotsMetadata: 2, nvram: 4, checkpointsMetadata: 16 } as const;
export const stats = { state: 1, balloon: 4, vcpu: 8, interface: 16, block: 32 } as const;
/** Rather no answer of a busy machine's monitor than to wait for it. */
export const statsNoWait = 0x20000000;
export const shutdownBy = { acpi: 1, agent: 2 } as const;
/** The same numbers serve Reboot. */
export const addressSource = { lease: 0, agent: 1, arp: 2 } as const;
export const agentConnected = 1;
