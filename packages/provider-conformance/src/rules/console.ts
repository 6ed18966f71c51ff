import { Metadata, type ServiceError } from "@grpc/grpc-js";
import { type ConsoleAddress, ConsoleType, fromServiceError, type OpenConsoleResponse, type OpenConsoleTarget } from "@remuda/contract";
import type { RuleContext } from "../context";
import { consoleType, nameOf, service, valuesOf } from "../declared";
import { check, checkEqual, skip } from "../expect";
import type { Rule } from "../rule";

/** Opens a console, types `input`, ends its own side, and collects what comes until the other side has ended too. */
function open(ctx: RuleContext, target: OpenConsoleTarget, input?: string): Promise<OpenConsoleResponse[]> {
  return new Promise((resolve, reject) => {
    const answers: OpenConsoleResponse[] = [];
    const call = ctx.client.raw.consoles.openConsole(new Metadata(), { deadline: Date.now() + ctx.settings.taskTimeoutMs });
    call.on("data", (answer: OpenConsoleResponse) => answers.push(answer));
    call.on("error", (error: ServiceError) => reject(fromServiceError(error)));
    call.on("end", () => resolve(answers));
    call.write({ part: { $case: "target", value: target } });
    if (input !== undefined) call.write({ part: { $case: "input", value: Buffer.from(input) } });
    call.end();
  });
}

const addresses = (answers: readonly OpenConsoleResponse[]): ConsoleAddress[] =>
  answers.flatMap(({ part }) => (part?.$case === "address" ? [part.value] : []));

const consoleSerial: Rule = {
  id: "console-serial",
  title: "a serial console opens, takes bytes and ends when the caller ends",
  requires: consoleType(ConsoleType.SERIAL),
  async run(ctx) {
    const { id, uid } = await ctx.shared();
    const answers = await open(ctx, { virtualMachineId: id, uid, type: ConsoleType.SERIAL }, "\r\n");
    checkEqual(addresses(answers), [], "addresses that a serial console answered");
  },
};

const consoleAddress: Rule = {
  id: "console-address",
  title: "every other declared kind of console answers one address, which is a URL, and ends",
  requires: service("ConsoleService"),
  async run(ctx) {
    const types = ctx.capabilities.consoleTypes.filter((type) => type !== ConsoleType.SERIAL);
    if (types.length === 0) return skip("not declared: a console with an address");
    const { id, uid } = await ctx.shared();
    for (const type of types) {
      const answers = await open(ctx, { virtualMachineId: id, uid, type });
      const [address] = addresses(answers);
      checkEqual(answers.length, 1, `${nameOf(ConsoleType, type)}: how many messages came`);
      check(address && URL.canParse(address.url), `${nameOf(ConsoleType, type)}: "${address?.url}" is not a URL`);
    }
  },
};

const consoleForeign: Rule = {
  id: "console-foreign",
  title: "a console with another uid than the machine's is refused with FORBIDDEN",
  requires: service("ConsoleService"),
  async run(ctx) {
    const { id } = await ctx.shared();
    const [type = ConsoleType.SERIAL] = ctx.capabilities.consoleTypes;
    const target = { virtualMachineId: id, uid: ctx.settings.newUid(), type };
    await ctx.refused(open(ctx, target), "FORBIDDEN", "OpenConsole");
  },
};

const consoleUndeclared: Rule = {
  id: "console-undeclared",
  title: "a kind of console that is not declared is refused with UNSUPPORTED",
  requires: service("ConsoleService"),
  async run(ctx) {
    const undeclared = valuesOf(ConsoleType).filter((type) => !ctx.capabilities.consoleTypes.includes(type));
    if (undeclared.length === 0) return skip("every kind of console is declared");
    const { id, uid } = await ctx.shared();
    for (const type of undeclared) {
      await ctx.refused(open(ctx, { virtualMachineId: id, uid, type }), "UNSUPPORTED", `OpenConsole ${nameOf(ConsoleType, type)}`);
    }
  },
};

export const consoleRules: Rule[] = [consoleSerial, consoleAddress, consoleForeign, consoleUndeclared];
