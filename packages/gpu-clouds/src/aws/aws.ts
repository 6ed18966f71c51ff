import type { Instance as Ec2Instance } from "@aws-sdk/client-ec2";
import { accountOfKey } from "../account";
import { createCatalog } from "../catalog";
import { systemClock } from "../clock";
import type { Cloud, Instance, Launch } from "../cloud";
import { CloudError, invalid, isNotFound } from "../error";
import { allPages } from "../http/answers";
import type { Reach } from "../reach";
import { createAutoScalingGroup } from "./auto-scaling-group";
import { createEc2Fleet } from "./ec2-fleet";
import { launchFailed } from "./errors";
import { createAwsOffers } from "./offers";
import type { Delivery, Handler, OpenOrder, Order, Override } from "./order";
import { createRunInstances } from "./run-instances";
import { type AwsCredentials, type Clients, createSession } from "./session";
import { createSpotFleet } from "./spot-fleet";
import { createTemplates } from "./template";
import { viewOf, viewOfOrder } from "./view";

export const handlerNames = ["run", "fleet-instant", "fleet-request", "fleet-maintain", "asg", "spot-fleet"] as const;
export type HandlerName = (typeof handlerNames)[number];

export interface AwsOptions extends Reach {
  region: string;
  /** Undefined: as the SDK finds them, from a role or a profile. */
  credentials?: AwsCredentials | undefined;
  /** In this order, where a machine names none. */
  handlers?: readonly HandlerName[] | undefined;
  /** Where instances may run. None: in each zone's default subnet. */
  subnets?: readonly string[] | undefined;
  securityGroups?: readonly string[] | undefined;
  keyName?: string | undefined;
  instanceProfile?: string | undefined;
  iamFleetRole?: string | undefined;
  /** An AMI, or the path of an SSM parameter that holds one. */
  image?: string | undefined;
  /** On-demand prices by type, in USD an hour. */
  prices?: Readonly<Record<string, number>> | undefined;
}

const defaultImage = "/aws/service/deeplearning/ami/x86_64/base-oss-nvidia-driver-gpu-ubuntu-22.04/latest/ami-id";

/** What a launch of several instances brought; where there are errors beside instances, it is partial. */
export interface AwsCloud extends Cloud {
  launchMany(launch: Launch, count: number, signal: AbortSignal): Promise<Delivery & { partial: boolean }>;
}

/** AWS EC2 in one region, by four ways of ordering. */
export function createAws(options: AwsOptions): AwsCloud {
  const { region, credentials, handlers: preferred = ["run"], subnets = [], clock = systemClock, baseUrl, timeoutMs = 30_000 } = options;
  const session = createSession({ region, credentials, baseUrl, clock, timeoutMs });
  const handlers: Readonly<Record<HandlerName, Handler>> = {
    run: createRunInstances(session, clock),
    "fleet-instant": createEc2Fleet(session, "instant", clock),
    "fleet-request": createEc2Fleet(session, "request", clock),
    "fleet-maintain": createEc2Fleet(session, "maintain", clock),
    asg: createAutoScalingGroup(session, clock),
    "spot-fleet": createSpotFleet(session, options.iamFleetRole, clock),
  };
  const templates = createTemplates(session, {
    securityGroups: options.securityGroups ?? [],
    keyName: options.keyName,
    instanceProfile: options.instanceProfile,
    image: options.image ?? defaultImage,
  });
  const offers = createAwsOffers(session, options.prices ?? {});
  const catalog = createCatalog(offers, clock);
  const used = new Set<HandlerName>(preferred);

  function chosen(wanted: unknown): readonly HandlerName[] {
    if (wanted === undefined) return preferred;
    const found = handlerNames.find((name) => name === wanted);
    if (!found) throw invalid("spec.options.handler", `aws: it must be one of ${handlerNames.join(", ")}`);
    used.add(found);
    return [found];
  }

  /** A type in every subnet that was configured, else in every zone that has it. */
  async function overridesOf(instanceType: string, signal: AbortSignal): Promise<Override[]> {
    if (subnets.length > 0) return subnets.map((subnetId) => ({ instanceType, subnetId }));
    const found = await allPages("aws", async (NextToken) => {
      const Filters = [{ Name: "instance-type", Values: [instanceType] }];
      const { InstanceTypeOfferings, NextToken: next } = await session.read(
        "DescribeInstanceTypeOfferings",
        ({ ec2 }, abortSignal) =>
          ec2.describeInstanceTypeOfferings({ LocationType: "availability-zone", Filters, NextToken }, { abortSignal }),
        signal,
      );
      return { items: InstanceTypeOfferings ?? [], next };
    });
    const zones = found.flatMap(({ Location }) => Location ?? []).sort();
    return zones.length > 0 ? zones.map((zone) => ({ instanceType, zone })) : [{ instanceType }];
  }

  async function deliver({ offer, ...launch }: Launch, count: number, signal: AbortSignal): Promise<Delivery> {
    const names = chosen(launch.options.handler);
    const overrides = await overridesOf(offer.instanceType, signal);
    const failed: Delivery["errors"] = [];
    for (const name of names) {
      const template = await templates.ensure(launch, offer.instanceType, name, signal);
      const order: Order = { mark: launch.mark, template, overrides, spot: offer.spot, maxPricePerHour: launch.maxPricePerHour, count };
      const { instanceIds, errors } = await handlers[name].launch(order, signal);
      failed.push(...errors);
      if (instanceIds.length > 0) return { instanceIds, errors: failed };
    }
    throw launchFailed(failed, `${names.join(", ")} brought no ${offer.instanceType} in time`);
  }

  const describe = async (ids: string[] | undefined, signal: AbortSignal): Promise<Ec2Instance[]> => {
    const reservations = await allPages("aws", async (NextToken) => {
      const request = ids ? { InstanceIds: ids } : { NextToken, MaxResults: 1_000 };
      const { Reservations, NextToken: next } = await session.read(
        "DescribeInstances",
        ({ ec2 }, abortSignal) => ec2.describeInstances(request, { abortSignal }),
        signal,
      );
      return { items: Reservations ?? [], next };
    });
    return reservations.flatMap(({ Instances = [] }) => Instances);
  };

  async function openOrders(signal: AbortSignal): Promise<(OpenOrder & { handler: Handler })[]> {
    const found = [];
    for (const name of used) for (const order of await handlers[name].openOrders(signal)) found.push({ ...order, handler: handlers[name] });
    return found;
  }

  async function shown(instances: readonly Ec2Instance[], signal: AbortSignal): Promise<Instance[]> {
    if (instances.length === 0) return [];
    const shapeOf = await catalog.shapes(signal);
    return instances.flatMap((instance) => viewOf(instance, region, shapeOf) ?? []);
  }

  async function get(id: string, signal: AbortSignal): Promise<Instance | undefined> {
    if (!id.startsWith("i-")) {
      const order = (await openOrders(signal)).find((each) => each.id === id);
      return order && viewOfOrder(order, region);
    }
    try {
      return (await shown(await describe([id], signal), signal))[0];
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  const act = async (
    what: string,
    work: (clients: Clients, request: { InstanceIds: string[] }, abortSignal: AbortSignal) => Promise<unknown>,
    id: string,
    signal: AbortSignal,
  ) => {
    await session.read(what, (clients, abortSignal) => work(clients, { InstanceIds: [id] }, abortSignal), signal);
  };

  return {
    name: "aws",
    capabilities: {
      instanceTypes: true,
      stop: "graceful",
      reboot: true,
      launchDeadlineMs: 15 * 60_000,
      pollMs: 5_000,
      options: ["handler"],
    },

    async account(signal) {
      const { SecurityGroups } = await session.read(
        "DescribeSecurityGroups",
        ({ ec2 }, abortSignal) => ec2.describeSecurityGroups({ MaxResults: 5 }, { abortSignal }),
        signal,
      );
      const owner = SecurityGroups?.[0]?.OwnerId;
      return { id: `${owner ?? accountOfKey(credentials?.accessKeyId ?? region).id}/${region}` };
    },

    async offers(signal) {
      const found = await offers(signal);
      catalog.learn(found);
      return found;
    },

    async launch(launch, signal) {
      const [id] = (await deliver(launch, 1, signal)).instanceIds;
      if (id === undefined) throw new CloudError("INTERNAL", "aws: an order was answered without an instance", { mayHaveHappened: true });
      return id;
    },

    async launchMany(launch, count, signal) {
      const delivery = await deliver(launch, count, signal);
      return { ...delivery, partial: delivery.instanceIds.length < count };
    },

    get,

    async list(signal) {
      const instances = await shown(await describe(undefined, signal), signal);
      const orders = (await openOrders(signal)).filter(({ instanceIds }) => instanceIds.length === 0);
      return [...instances, ...orders.map((order) => viewOfOrder(order, region))];
    },

    start: (id, signal) =>
      act("StartInstances", ({ ec2 }, request, abortSignal) => ec2.startInstances(request, { abortSignal }), id, signal),
    stop: (id, signal) => act("StopInstances", ({ ec2 }, request, abortSignal) => ec2.stopInstances(request, { abortSignal }), id, signal),
    reboot: (id, signal) =>
      act("RebootInstances", ({ ec2 }, request, abortSignal) => ec2.rebootInstances(request, { abortSignal }), id, signal),

    async terminate(id, signal) {
      const found = await get(id, signal);
      if (!found) return;
      const { mark } = found;
      // An order that stays would replace what goes.
      const orders = (mark ? await openOrders(signal) : []).filter((order) => order.mark.uid === mark?.uid);
      for (const { id: open, handler } of orders) await handler.cancel(open.slice(open.indexOf(":") + 1), signal);
      const left = orders.length > 0 ? await get(id, signal) : found;
      if (left && left.status !== "terminating" && id.startsWith("i-")) {
        await act(
          "TerminateInstances",
          ({ ec2 }, request, abortSignal) => ec2.terminateInstances(request, { abortSignal }),
          id,
          signal,
        ).catch((error: unknown) => {
          if (!isNotFound(error)) throw error;
        });
      }
      if (mark) await templates.remove(mark.uid, signal);
    },

    close: () => void session.close(),
  };
}
