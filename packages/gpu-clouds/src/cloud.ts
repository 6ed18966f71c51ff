import type { CloudError } from "./error";

/** Whose instance it is. Two installations on one account tell theirs apart by `owner`. */
export interface Mark {
  /** The installation's id, 1 to 63 of [a-z0-9-]. */
  owner: string;
  /** The machine's uid, a UUID in lower case. */
  uid: string;
  /** The machine's name, 1 to 63 of [a-z0-9-]. */
  name: string;
}

export interface OfferGpu {
  /** Canonical, such as "H100". */
  name: string;
  /** Below 1 for a part of a GPU. */
  count: number;
  /** Of each. */
  memoryGib: number;
}

/** A machine that can be had. Prices are USD an hour for all of it. */
export interface CloudOffer {
  /** Unique within the cloud and the same in every listing. */
  id: string;
  cloud: string;
  region: string;
  zone: string;
  /** Empty where the cloud has no types. */
  instanceType: string;
  gpu: OfferGpu | undefined;
  cpus: number;
  memoryGib: number;
  diskGib: number;
  pricePerHour: number;
  spot: boolean;
  availability: "available" | "scarce" | "unavailable" | "unknown";
  /** 0 to 1; undefined: not rated. */
  reliability?: number;
  /** Such as "12.8". */
  cudaVersion?: string;
  /** The cloud's own description of it. */
  raw: unknown;
}

export type InstanceStatus = "pending" | "running" | "stopping" | "stopped" | "terminating" | "failed";

/** An instance as the cloud shows it. */
export interface Instance {
  id: string;
  /** Undefined: none of ours. */
  mark: Mark | undefined;
  /** On the cloud. */
  name: string;
  status: InstanceStatus;
  /** Why it failed. */
  problem?: CloudError;
  addresses: string[];
  /** Where SSH answers, if not at the first address and port 22. */
  ssh?: { host: string; port: number };
  region: string;
  zone: string;
  instanceType: string;
  gpu: OfferGpu | undefined;
  cpus: number;
  memoryGib: number;
  diskGib: number;
  spot: boolean;
  /** 0: the cloud does not say. */
  pricePerHour: number;
  /** Milliseconds since 1970. */
  createdAt?: number;
}

export interface Launch {
  mark: Mark;
  offer: CloudOffer;
  /** The cloud's name of it. Empty: the backend's default. */
  image: string;
  /** As cloud-init knows it, or a start script. Empty: none. */
  userData: string;
  /** Public keys in OpenSSH form. */
  sshKeys: readonly string[];
  /** 0: the offer's own. */
  diskGib: number;
  /** 0: no limit. */
  maxPricePerHour: number;
  /** Settings of this cloud alone, by the names in its capabilities. */
  options: Readonly<Record<string, unknown>>;
}

export interface Account {
  /** The same over restarts and replicas; no secret. */
  id: string;
  /** USD that are left; undefined: the cloud does not say. */
  balance?: number;
}

/** What a cloud can do beyond launch, get, list and terminate. */
export interface CloudCapabilities {
  /** Offers have instance types. */
  instanceTypes: boolean;
  /** `graceful`: the guest is asked first. */
  stop: "none" | "hard" | "graceful";
  reboot: boolean;
  /** Milliseconds from launch until it must run with an address. */
  launchDeadlineMs: number;
  /** Milliseconds between two looks at an instance that changes. */
  pollMs: number;
  /** Names of settings that only this cloud has. */
  options?: readonly string[];
}

/**
 * One cloud account. Every call throws CloudError. An answer that is partial or can't be read is an error, never "nothing is there".
 */
export interface Cloud {
  readonly name: string;
  readonly capabilities: CloudCapabilities;
  account(signal: AbortSignal): Promise<Account>;
  offers(signal: AbortSignal): Promise<CloudOffer[]>;
  /** Orders one instance, with its mark, in one call; answers its id. */
  launch(launch: Launch, signal: AbortSignal): Promise<string>;
  /** What an ordered instance still needs before it can start, such as keys. May be repeated. */
  finish?(id: string, launch: Omit<Launch, "offer">, signal: AbortSignal): Promise<void>;
  /** Undefined only when the cloud said that there is no such instance. */
  get(id: string, signal: AbortSignal): Promise<Instance | undefined>;
  /** Every page, also what bears no mark. */
  list(signal: AbortSignal): Promise<Instance[]>;
  start(id: string, signal: AbortSignal): Promise<void>;
  stop(id: string, signal: AbortSignal): Promise<void>;
  reboot(id: string, signal: AbortSignal): Promise<void>;
  /** Of what is gone: done. */
  terminate(id: string, signal: AbortSignal): Promise<void>;
  close?(): void;
}
