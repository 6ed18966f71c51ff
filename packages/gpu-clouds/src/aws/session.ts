import type { AutoScaling } from "@aws-sdk/client-auto-scaling";
import type { EC2 } from "@aws-sdk/client-ec2";
import type { SSM } from "@aws-sdk/client-ssm";
import type { Clock } from "../clock";
import { createResilience } from "../resilience";
import { awsError } from "./errors";

export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

export interface Clients {
  ec2: EC2;
  autoScaling: AutoScaling;
  ssm: SSM;
}

export interface SessionOptions {
  region: string;
  /** Undefined: as the SDK finds them, from a role or a profile. */
  credentials: AwsCredentials | undefined;
  baseUrl: string | undefined;
  clock: Clock;
  timeoutMs: number;
}

/** Calls to AWS in one region. The SDK is loaded with the first of them: it is large. */
export function createSession({ region, credentials, baseUrl, clock, timeoutMs }: SessionOptions) {
  let loading: Promise<Clients> | undefined;
  const guarded = createResilience("aws", [], clock);

  async function load(): Promise<Clients> {
    const [{ EC2: Ec2 }, { AutoScaling: Scaling }, { SSM: Ssm }] = await Promise.all([
      import("@aws-sdk/client-ec2"),
      import("@aws-sdk/client-auto-scaling"),
      import("@aws-sdk/client-ssm"),
    ]);
    // Retries are ours: the SDK would repeat what may have worked.
    const config = { region, credentials, endpoint: baseUrl, maxAttempts: 1 };
    return { ec2: new Ec2(config), autoScaling: new Scaling(config), ssm: new Ssm(config) };
  }

  async function call<T>(
    what: string,
    repeatable: boolean,
    work: (clients: Clients, abortSignal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ) {
    loading ??= load();
    const clients = await loading;
    const attempt = async (): Promise<T> => {
      const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      try {
        return await work(clients, abortSignal);
      } catch (error) {
        throw awsError(
          abortSignal.aborted && !signal.aborted ? { name: "TimeoutError", message: "no answer in time" } : error,
          what,
          !repeatable,
          signal,
        );
      }
    };
    return guarded({ endpoint: what, repeatable }, attempt, signal);
  }

  return {
    region,
    /** A call that does no harm when it is repeated. */
    read: <T>(what: string, work: (clients: Clients, abortSignal: AbortSignal) => Promise<T>, signal: AbortSignal) =>
      call(what, true, work, signal),
    /** A call that makes something. */
    make: <T>(what: string, work: (clients: Clients, abortSignal: AbortSignal) => Promise<T>, signal: AbortSignal) =>
      call(what, false, work, signal),
    async close(): Promise<void> {
      if (!loading) return;
      for (const client of Object.values(await loading)) client.destroy();
    },
  };
}

export type Session = ReturnType<typeof createSession>;
