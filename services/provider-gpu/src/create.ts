import { type CreateRequest, invalidSpec, PowerState, ProviderError, type Reason, type VirtualMachineSpec } from "@remuda/contract";
import { type Clock, type Cloud, CloudError, type CloudOffer, type Instance, type Launch, type Mark } from "@remuda/gpu-clouds";
import { type Created, pause } from "@remuda/provider-kit";
import { translated } from "./errors";
import type { Inventory } from "./inventory";
import { isUp, machineView } from "./machine-view";
import type { Market, SeenOffer } from "./offers/market";
import { type Requirements, requirementsOf, unfit } from "./requirements";
import type { Tasks } from "./tasks";

export interface CreateDeps {
  cloud: Cloud;
  inventory: Inventory;
  market: Market;
  tasks: Tasks;
  clock: Clock;
}

/** Offers that one Create tries at most: each may take a while. */
const mostTries = 8;
/** After an answer that was lost: how often and how far apart the cloud is asked what became of it. */
const lookups = 4;
const lookupMs = 2_000;

/** The next offer may do where this one didn't. */
const offersFault: ReadonlySet<Reason> = new Set<Reason>(["NO_CAPACITY", "NOT_FOUND", "CONFLICT", "QUOTA_EXCEEDED", "UNSUPPORTED"]);

export function createCreate({ cloud, inventory, market, tasks, clock }: CreateDeps) {
  /** The instance that bears the uid, whoever ordered it; a second one, left by an answer that was lost, goes. */
  async function existing(uid: string, signal: AbortSignal): Promise<Instance | undefined> {
    const alive = (await inventory.byUid(uid, signal)).filter(({ status }) => status !== "terminating");
    const [best, ...others] = alive.sort((a, b) => worth(b) - worth(a));
    for (const other of others) await cloud.terminate(other.id, signal);
    if (best?.status !== "failed") return best;
    // What the cloud gave up on will never run, and may cost money.
    await cloud.terminate(best.id, signal);
    return undefined;
  }

  async function mustBeFree({ owner, uid, name }: Mark, signal: AbortSignal): Promise<void> {
    const taken = (await inventory.list(signal)).find(
      ({ mark, status }) => mark?.owner === owner && mark.name === name && mark.uid !== uid && status !== "terminating",
    );
    if (taken) throw new ProviderError("ALREADY_EXISTS", `${taken.id} has the name "${name}"`);
  }

  async function candidates(wanted: Requirements, signal: AbortSignal): Promise<CloudOffer[]> {
    const all = await market.recheck(signal);
    const fit = all.filter(({ offer }) => unfit(offer, wanted) === undefined);
    if (fit.length > 0) return fit.sort(byExpectedPrice).map(({ offer }) => offer);
    throw nothingFits(all, wanted);
  }

  /** What became of an order whose answer was lost. */
  async function lookUp(uid: string, signal: AbortSignal): Promise<Instance | undefined> {
    for (let left = lookups; ; left--) {
      const found = await existing(uid, signal);
      if (found || left <= 1) return found;
      await pause(clock, lookupMs, signal);
      signal.throwIfAborted();
    }
  }

  /** The id of an instance that was ordered; tries one offer after the other, but never a second while the first may have worked. */
  async function order(launch: Omit<Launch, "offer">, offers: readonly CloudOffer[], signal: AbortSignal): Promise<string> {
    const refusals: { offer: CloudOffer; error: CloudError }[] = [];
    for (const offer of offers.slice(0, mostTries)) {
      try {
        return await cloud.launch({ ...launch, offer }, signal);
      } catch (error) {
        if (!(error instanceof CloudError)) throw error;
        if (error.instanceId !== undefined) return error.instanceId;
        if (error.mayHaveHappened) {
          const found = await lookUp(launch.mark.uid, signal);
          if (found) return found.id;
          throw error;
        }
        if (!offersFault.has(error.reason)) throw error;
        market.failed(offer.id);
        if (error.reason === "NOT_FOUND") market.gone(offer.id);
        refusals.push({ offer, error });
      }
    }
    throw noneStarted(refusals);
  }

  return async function create({ uid, owner, spec }: CreateRequest, signal: AbortSignal): Promise<Created> {
    if (!spec) throw invalidSpec([{ field: "spec", description: "required" }]);
    const wanted = requirementsOf(spec);
    if (spec.powerState === PowerState.SUSPENDED || (spec.powerState === PowerState.OFF && cloud.capabilities.stop === "none")) {
      throw new ProviderError("UNSUPPORTED", `${cloud.name} can't make a machine that does not run`);
    }
    const mark = { owner, uid, name: spec.name };
    const launch = { mark, ...settingsOf(spec) };
    const off = spec.powerState === PowerState.OFF;
    const ssh = spec.options?.wait_for_ssh === true;
    try {
      const found = await existing(uid, signal);
      if (found) {
        if (found.status !== "running") await cloud.finish?.(found.id, launch, signal);
        const ready = off ? found.status === "stopped" : isUp(found) && !ssh;
        return { virtualMachine: machineView(found), ...(ready ? {} : { task: tasks.begin(off ? "made-off" : "up", found.id, ssh) }) };
      }
      await mustBeFree(mark, signal);
      const id = await order(launch, await candidates(wanted, signal), signal);
      await cloud.finish?.(id, launch, signal);
      return { virtualMachine: machineView(ordered(id, mark)), task: tasks.begin(off ? "made-off" : "up", id, ssh) };
    } catch (error) {
      throw translated(error);
    }
  };
}

function settingsOf({ source, cloudInit, disks, market, options }: VirtualMachineSpec): Omit<Launch, "offer" | "mark"> {
  const image =
    source?.$case === "image" ? source.value : source?.$case === "instanceType" || source?.$case === "offer" ? source.value.image : "";
  return {
    image: image === "default" ? "" : image,
    userData: cloudInit?.userData ?? "",
    sshKeys: cloudInit?.sshAuthorizedKeys ?? [],
    diskGib: disks.find(({ boot }) => boot)?.sizeGib ?? 0,
    maxPricePerHour: market?.maxPricePerHour ?? 0,
    options: options ?? {},
  };
}

/** As the answer to a Create shows it: that it was ordered is all that is known. */
const ordered = (id: string, mark: Mark): Instance => ({
  id,
  mark,
  name: mark.name,
  status: "pending",
  addresses: [],
  region: "",
  zone: "",
  instanceType: "",
  gpu: undefined,
  cpus: 0,
  memoryGib: 0,
  diskGib: 0,
  spot: false,
  pricePerHour: 0,
});

const order = ["failed", "terminating", "stopping", "stopped", "pending", "running"] as const satisfies readonly Instance["status"][];
const worth = ({ status }: Instance): number => order.indexOf(status);

/** What a launch costs on average until one works. */
const byExpectedPrice = (a: SeenOffer, b: SeenOffer): number => expected(a) - expected(b) || (a.offer.id < b.offer.id ? -1 : 1);
const expected = ({ offer, confidence }: SeenOffer): number => offer.pricePerHour / Math.max(confidence, 0.01);

function nothingFits(all: readonly SeenOffer[], wanted: Requirements): ProviderError {
  const { offerId, instanceType } = wanted;
  const named = all.filter(
    ({ offer }) => (offerId ?? offer.id) === offer.id && (instanceType ?? offer.instanceType) === offer.instanceType,
  );
  const what = offerId ?? instanceType;
  if (named.length === 0) return new ProviderError("NO_CAPACITY", what ? `there is no offer of "${what}" now` : "there are no offers now");
  const reasons = new Map<string, number>();
  for (const { offer } of named) {
    const why = unfit(offer, wanted) ?? "";
    reasons.set(why, (reasons.get(why) ?? 0) + 1);
  }
  const told = [...reasons]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 5)
    .map(([why, count]) => `${why} (${count})`);
  return new ProviderError("NO_CAPACITY", `none of ${named.length} offers fits: ${told.join(", ")}`);
}

/** One refusal as it is; of several, why each of them was refused. */
function noneStarted(refusals: readonly { offer: CloudOffer; error: CloudError }[]): CloudError | ProviderError {
  const [first] = refusals;
  if (!first) return new ProviderError("NO_CAPACITY", "no offer was tried");
  if (refusals.length === 1) return first.error;
  const reasons = new Set(refusals.map(({ error }) => error.reason));
  const reason = reasons.size === 1 ? first.error.reason : "NO_CAPACITY";
  const told = refusals.map(({ offer, error }) => `${offer.id}: ${error.reason} (${error.message})`);
  return new ProviderError(reason, `none of ${refusals.length} offers started: ${told.join("; ")}`, { cause: first.error });
}
