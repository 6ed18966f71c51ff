import type { Clock, CloudName } from "@remuda/gpu-clouds";
import {
  type Double,
  serveDigitalOcean,
  serveGce,
  serveLambda,
  serveMotoProxy,
  serveScaleway,
  serveTensorDock,
  serveVast,
  serveVultr,
  startMoto,
} from "@remuda/gpu-clouds/doubles";

/** A cloud's double, and what a test that is the same for every cloud needs to know of it. */
export interface Subject {
  double: Double;
  credentials: Record<string, string>;
  /** Instances that are there, and billed. */
  count(): number | Promise<number>;
}

export interface SubjectKind {
  name: CloudName;
  /** The call that orders an instance, as faults name it. */
  order: string;
  /** The call that lists instances. */
  list: string;
  serve(clock: Clock): Promise<Subject>;
}

const sshKey = "ssh-ed25519 AAAAtests tests@example";

/** Vast's bids and offers come as two searches; all else is one call. */
export const doubles: readonly SubjectKind[] = [
  {
    name: "vast",
    order: "PUT /api/v0/asks/",
    list: "GET /api/v1/instances/",
    async serve(clock) {
      const double = await serveVast({ clock });
      return {
        double,
        credentials: { key: double.key },
        count: () => double.fleet.all().filter(({ phase }) => phase !== "terminating").length,
      };
    },
  },
  {
    name: "tensordock",
    order: "POST /instances",
    list: "GET /instances",
    async serve(clock) {
      const double = await serveTensorDock({ clock });
      return {
        double,
        credentials: { token: double.key, sshKey },
        count: () => double.fleet.all().filter(({ phase }) => phase !== "terminating").length,
      };
    },
  },
  {
    name: "lambda",
    order: "POST /instance-operations/launch",
    list: "GET /instances",
    async serve(clock) {
      const double = await serveLambda({ clock });
      return {
        double,
        credentials: { key: double.key },
        count: () => double.fleet.all().filter(({ phase }) => phase !== "terminating").length,
      };
    },
  },
  {
    name: "gce",
    order: "POST /compute/v1/projects/remuda-test/zones/",
    list: "GET /compute/v1/projects/remuda-test/aggregated/instances",
    async serve(clock) {
      const double = await serveGce({ clock });
      const credentials = { project: double.project, accessToken: double.key };
      return { double, credentials, count: () => double.fleet.all().filter(({ phase }) => phase !== "terminating").length };
    },
  },
  {
    name: "vultr",
    order: "POST /instances",
    list: "GET /instances",
    async serve(clock) {
      const double = await serveVultr({ clock });
      return {
        double,
        credentials: { key: double.key },
        count: () => double.fleet.all().filter(({ phase }) => phase !== "terminating").length,
      };
    },
  },
  {
    name: "scaleway",
    order: "POST /instance/v1/zones/fr-par-2/servers",
    list: "GET /instance/v1/zones/fr-par-2/servers",
    async serve(clock) {
      const double = await serveScaleway({ clock });
      const credentials = { secretKey: double.key, projectId: double.projectId, zones: "fr-par-2" };
      return { double, credentials, count: () => double.fleet.all().filter(({ phase }) => phase !== "terminating").length };
    },
  },
  {
    name: "digitalocean",
    order: "POST /droplets",
    list: "GET /droplets",
    async serve(clock) {
      const double = await serveDigitalOcean({ clock });
      return {
        double,
        credentials: { token: double.key },
        count: () => double.fleet.all().filter(({ phase }) => phase !== "terminating").length,
      };
    },
  },
];

/** AWS before moto, where moto is installed. */
export async function awsSubject(): Promise<SubjectKind | undefined> {
  const moto = await startMoto();
  if (!moto) {
    if (process.env.REMUDA_REQUIRE_PEERS?.split(",").includes("moto_server")) {
      throw new Error("moto_server is required here and isn't on the PATH");
    }
    console.warn("moto_server isn't on the PATH: this test of AWS is skipped");
    return undefined;
  }
  return {
    name: "aws",
    order: "POST /RunInstances",
    list: "POST /DescribeInstances",
    async serve(clock) {
      const proxy = await serveMotoProxy(moto.url, clock);
      const credentials = {
        region: "us-east-1",
        accessKeyId: "AKIATEST",
        secretAccessKey: "secret-test",
        image: "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
      };
      const double = { ...proxy, close: () => Promise.all([proxy.close(), moto.stop()]).then(() => undefined) };
      return { double, credentials, count: () => countRunning(moto.url) };
    },
  };
}

/** moto tells of all that its process has, without a signature. */
async function countRunning(url: string): Promise<number> {
  const answer = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      authorization: "AWS4-HMAC-SHA256 Credential=AKIATEST/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0",
    },
    body: "Action=DescribeInstances&Version=2016-11-15",
  });
  return (await answer.text()).match(/<name>(running|pending|stopped)<\/name>/g)?.length ?? 0;
}
