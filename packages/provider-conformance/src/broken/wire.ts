import { randomUUID } from "node:crypto";
import { status } from "@grpc/grpc-js";
import {
  type GetCapabilitiesResponse,
  PowerResponse,
  ProviderError,
  Status,
  toServiceStatus,
  toStatus,
  ValidateResponse,
} from "@remuda/contract";
import { HealthCheckResponse_ServingStatus, ServerReflectionResponse } from "@remuda/contract/system";
import { little } from "../reference/capabilities";
import { type Broken, fail } from "./broken";

/** Answers capabilities that are not those of the handlers. */
const claims = (change: (correct: GetCapabilitiesResponse) => Partial<GetCapabilitiesResponse>): Pick<Broken, "handlers"> => ({
  handlers: ({ getCapabilities }) => ({
    async getCapabilities(request, call) {
      const correct = await getCapabilities(request, call);
      return { ...correct, ...change(correct) };
    },
  }),
});

const without = (name: string) => claims(({ services }) => ({ services: services.filter((service) => !service.endsWith(`.${name}`)) }));

/** The next Validate after the event fails. */
function wedge() {
  let wedged = false;
  return {
    now: () => {
      wedged = true;
    },
    validate: () => {
      if (!wedged) return ValidateResponse.create({ platform: "reference", platformId: "reference-1" });
      wedged = false;
      throw fail("INTERNAL");
    },
  };
}

const afterMalformed = wedge();

export const brokenWire: Broken[] = [
  {
    rule: "validate",
    fault: "Validate names another platform",
    handlers: () => ({ validate: () => ValidateResponse.create({ platform: "other", platformId: "reference-1" }) }),
  },
  {
    rule: "platform-identity",
    fault: "the platform's id is made anew at each start",
    onRestart: (platform) => {
      platform.id = randomUUID();
    },
  },
  { rule: "capabilities", fault: "a source is declared twice", ...claims(({ sources }) => ({ sources: [...sources, "image"] })) },
  { rule: "services-declared", fault: "the one required service is not declared", ...without("ProviderService") },
  { rule: "services-undeclared", fault: "a service is served that is not declared", base: little, ...without("SnapshotService") },
  { rule: "health", fault: "health says NOT_SERVING", wire: { health: HealthCheckResponse_ServingStatus.NOT_SERVING } },
  {
    rule: "reflection",
    fault: "reflection lists nothing",
    wire: {
      reflection: () => ServerReflectionResponse.create({ messageResponse: { $case: "listServicesResponse", value: { service: [] } } }),
    },
  },
  {
    rule: "unknown-fields",
    fault: "a field from a later version breaks Create",
    handlers: ({ create }) => ({
      create(request, call) {
        if (Object.keys(request._unknownFields ?? {}).length > 0) throw fail("INTERNAL");
        return create(request, call);
      },
    }),
  },
  {
    rule: "oversized-message",
    fault: "a huge message leaves the provider unable to answer",
    wire: { maxMessageBytes: -1 },
    handlers({ create }) {
      const { now, validate } = wedge();
      return {
        validate,
        create(request, call) {
          if ((request.spec?.cloudInit?.userData.length ?? 0) > 1 << 20) {
            now();
            throw fail("INTERNAL");
          }
          return create(request, call);
        },
      };
    },
  },
  {
    rule: "malformed-message",
    fault: "bytes that are no message leave the provider unable to answer",
    wire: { onMalformed: afterMalformed.now },
    handlers: () => ({ validate: afterMalformed.validate }),
  },
  {
    rule: "invalid-create",
    fault: "the wrong fields of a Create are not named",
    handlers: ({ create }) => ({
      async create(request, call) {
        try {
          return await create(request, call);
        } catch (error) {
          if (error instanceof ProviderError && error.reason === "INVALID_SPEC") throw fail("INVALID_SPEC", error.message);
          throw error;
        }
      },
    }),
  },
  {
    rule: "invalid-calls",
    fault: "Power without an operation is done",
    handlers: ({ power }) => ({ power: (request, call) => (request.operation === 0 ? PowerResponse.create({}) : power(request, call)) }),
  },
  {
    rule: "no-capacity",
    fault: "a machine that is too large is made smaller",
    handlers: ({ create }) => ({
      create(request, call) {
        const { spec } = request;
        if (!spec?.hardware || spec.hardware.cpus < 4096) return create(request, call);
        return create({ ...request, spec: { ...spec, hardware: { ...spec.hardware, cpus: 1 } } }, call);
      },
    }),
  },
  {
    rule: "error-form",
    fault: "NOT_FOUND is sent with a domain of its own",
    wire: {
      encodeError(error) {
        const encoded = toServiceStatus(error);
        if (error.reason !== "NOT_FOUND") return encoded;
        const [bytes] = encoded.metadata?.get("grpc-status-details-bin") ?? [];
        // As long as the right one, so that the bytes around it stay true.
        const changed = Buffer.from((bytes as Buffer).toString("latin1").replace("remuda.dev", "remuda.com"), "latin1");
        encoded.metadata?.set("grpc-status-details-bin", changed);
        return encoded;
      },
    },
  },
  {
    rule: "task-error-form",
    fault: "the error of a task has another code than its reason",
    handlers: ({ isTaskComplete }) => ({
      async isTaskComplete(request, call) {
        const answer = await isTaskComplete(request, call);
        const interrupted = Status.create({ ...toStatus(fail("INTERRUPTED")), code: status.INTERNAL });
        return answer.error ? { ...answer, error: interrupted } : answer;
      },
    }),
  },
];
