import { asProviderError, type CallSettings, defaultDeadlinesMs, type ProviderClient } from "@remuda/contract";
import type { Tracing } from "@remuda/tracing";

type Unary = (request: object, settings?: CallSettings) => Promise<object>;

// What else is called is no machine's alone: it goes on in the background, whatever run began it.
const ofMachine: ReadonlySet<string> = new Set(["create", "delete", "power", "reconfigure", "adopt", "release", "describe"]);
const mostTasks = 10_000;

/** A client with a span for each call, which the provider's own span becomes a child of. Streams are left out: they never end. */
export function traceCalls(tracing: Tracing, provider: string, client: ProviderClient): ProviderClient {
  // A task is asked for long after the run that began it.
  const taskSpans = new Map<string, string>();

  const traced =
    (name: keyof typeof defaultDeadlinesMs, next: Unary): Unary =>
    async (request, settings) => {
      const method = name.charAt(0).toUpperCase() + name.slice(1);
      const taskRef = "taskRef" in request ? String(request.taskRef) : undefined;
      const span = tracing.begin(method, {
        kind: "client",
        parent: ofMachine.has(name) ? "active" : taskRef === undefined ? undefined : taskSpans.get(taskRef),
        attributes: {
          "rpc.system": "grpc",
          "rpc.method": method,
          "remuda.provider": provider,
          "remuda.uid": "uid" in request ? String(request.uid) : undefined,
        },
      });
      try {
        const answer = await next(request, { ...settings, traceparent: span.traceparent });
        note(taskRef, answer, span.traceparent);
        span.end();
        return answer;
      } catch (error) {
        span.end(asProviderError(error).reason);
        throw error;
      }
    };

  const note = (asked: string | undefined, answer: object, traceparent: string) => {
    if (asked !== undefined && "done" in answer && answer.done) taskSpans.delete(asked);
    const { task } = answer as { task?: { ref: string } };
    if (!task) return;
    taskSpans.set(task.ref, traceparent);
    const [oldest] = taskSpans.keys();
    if (taskSpans.size > mostTasks && oldest !== undefined) taskSpans.delete(oldest);
  };

  // All of these names are unary calls, and each stays what it was beside its span.
  const names = Object.keys(defaultDeadlinesMs) as (keyof typeof defaultDeadlinesMs)[];
  return { ...client, ...Object.fromEntries(names.map((name) => [name, traced(name, client[name] as Unary)])) } as ProviderClient;
}
