import { AdoptResponse, ReleaseResponse } from "@remuda/contract";
import { little } from "../reference/capabilities";
import { type Broken, fail, realUid } from "./broken";

export const brokenAdoption: Broken[] = [
  {
    rule: "release",
    fault: "a machine that was released keeps its owner",
    mayFail: ["adopt", "adopt-taken", "leaves-nothing"],
    handlers: ({ release }, { machines }) => ({
      async release(request, call) {
        const before = machines.get(request.id)?.shown.owner ?? "";
        const answer = await release(request, call);
        const after = machines.get(request.id);
        if (after) after.shown.owner = before;
        return answer;
      },
    }),
  },
  {
    rule: "adopt",
    fault: "Adopt restarts the machine with more memory",
    handlers: ({ adopt }, { machines }) => ({
      async adopt(request, call) {
        const answer = await adopt(request, call);
        const { hardware } = machines.get(answer.virtualMachine?.id ?? "")?.shown ?? {};
        if (hardware) hardware.memoryMib *= 2;
        return answer;
      },
    }),
  },
  {
    rule: "adopt-taken",
    fault: "Adopt takes a machine from whoever has it",
    handlers: ({ adopt }, { machines }) => ({
      adopt(request, call) {
        const machine = machines.get(request.id);
        if (!machine) return adopt(request, call);
        Object.assign(machine.shown, { uid: request.uid, owner: request.owner });
        return AdoptResponse.create({ virtualMachine: machine.shown });
      },
    }),
  },
  {
    rule: "adopt-unknown",
    fault: "Adopt of what does not exist answers a machine",
    handlers: ({ adopt }, { machines }) => ({
      adopt: (request, call) =>
        machines.has(request.id) ? adopt(request, call) : AdoptResponse.create({ virtualMachine: { id: request.id, uid: request.uid } }),
    }),
  },
  {
    rule: "release-foreign",
    fault: "Release does not look at the uid",
    handlers: ({ release }, platform) => ({
      release: (request, call) => release({ ...request, uid: realUid(platform, request.id, request.uid) || request.uid }, call),
    }),
  },
  {
    rule: "adoption-undeclared",
    fault: "Release answers that it is done, and does nothing",
    base: little,
    handlers: () => ({ release: () => ReleaseResponse.create({}), adopt: () => Promise.reject(fail("INTERNAL")) }),
  },
];
