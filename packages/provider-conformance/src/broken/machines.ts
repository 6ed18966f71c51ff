import { ListVirtualMachinesResponse, MachineState, PowerState, ProviderError, type VirtualMachine } from "@remuda/contract";
import { type Broken, fail, isMaking, isUid, later, makeAnew, realUid } from "./broken";

export const brokenMachines: Broken[] = [
  {
    rule: "create",
    fault: "Describe knows no names",
    handlers: ({ describe }) => ({
      async describe(request, call) {
        const { virtualMachine } = await describe(request, call);
        return { virtualMachine: virtualMachine && { ...virtualMachine, name: "" } };
      },
    }),
  },
  {
    rule: "create-id-at-once",
    fault: "Describe does not find a machine while it is being made",
    latencyMs: 60,
    mayFail: ["task-cancel"],
    handlers: ({ describe }) => ({
      async describe(request, call) {
        const answer = await describe(request, call);
        if (answer.virtualMachine?.state === MachineState.CREATING) throw fail("NOT_FOUND");
        return answer;
      },
    }),
  },
  {
    rule: "create-powered-off",
    fault: "a machine that shall not run is shown running at first",
    handlers({ describe }, { machines }) {
      const seen = new Set<string>();
      return {
        async describe(request, call) {
          const answer = await describe(request, call);
          const { id = "" } = answer.virtualMachine ?? {};
          const first = !seen.has(id) && machines.get(id)?.spec.powerState === PowerState.OFF;
          seen.add(id);
          return first && answer.virtualMachine ? { virtualMachine: { ...answer.virtualMachine, powerState: PowerState.ON } } : answer;
        },
      };
    },
  },
  {
    rule: "create-idempotent",
    fault: "Create of a machine that is made already is refused with ALREADY_EXISTS",
    mayFail: [
      "create-dropped-reply",
      "create-cancelled",
      "create-deadline",
      "create-repeated-meanwhile",
      "create-concurrent",
      "restart-machines",
    ],
    handlers: ({ create }, platform) => ({
      create(request, call) {
        const known = platform.byUid(request.uid);
        if (known && !isMaking(known)) throw fail("ALREADY_EXISTS");
        return create(request, call);
      },
    }),
  },
  {
    rule: "create-repeated-meanwhile",
    fault: "Create of a machine that is being made is refused with ALREADY_EXISTS",
    mayFail: ["create-concurrent", "create-dropped-reply", "create-cancelled", "create-deadline"],
    latencyMs: 60,
    handlers: ({ create }, platform) => ({
      create(request, call) {
        const known = platform.byUid(request.uid);
        if (known && isMaking(known)) throw fail("ALREADY_EXISTS");
        return create(request, call);
      },
    }),
  },
  {
    rule: "create-concurrent",
    fault: "Create looks for the uid, waits, and then makes the machine without looking again",
    mayFail: ["create-cancelled", "create-deadline", "leaves-nothing"],
    handlers: ({ create }, platform) => ({
      async create(request, call) {
        const known = platform.byUid(request.uid);
        await later(5);
        if (known || !platform.byUid(request.uid)) return create(request, call);
        return makeAnew(platform, request);
      },
    }),
  },
  {
    rule: "create-dropped-reply",
    fault: "a uid is remembered for the connection that it came over",
    mayFail: ["restart-machines", "restart-task", "oversized-message"],
    handlers({ create }, platform) {
      const madeBy = new Map<string, string>();
      return {
        create(request, call) {
          const known = madeBy.get(request.uid);
          if (known !== undefined && known !== call.peer) return makeAnew(platform, request);
          madeBy.set(request.uid, call.peer);
          return create(request, call);
        },
      };
    },
  },
  {
    rule: "create-cancelled",
    fault: "a uid whose Create the caller gave up is useless for ever",
    mayFail: ["create-deadline", "create-dropped-reply", "leaves-nothing"],
    handlers({ create }) {
      const useless = new Set<string>();
      return {
        async create(request, call) {
          if (useless.has(request.uid)) throw fail("INTERNAL");
          const giveUp = () => useless.add(request.uid);
          call.signal.addEventListener("abort", giveUp);
          await later(12);
          call.signal.removeEventListener("abort", giveUp);
          return create(request, call);
        },
      };
    },
  },
  {
    rule: "create-deadline",
    fault: "a uid whose Create had too short a deadline is useless for ever",
    mayFail: ["leaves-nothing"],
    handlers({ create }) {
      const useless = new Set<string>();
      return {
        async create(request, call) {
          if (useless.has(request.uid)) throw fail("INTERNAL");
          if (call.deadlineMs < 100) {
            useless.add(request.uid);
            await later(20);
          }
          return create(request, call);
        },
      };
    },
  },
  {
    rule: "create-name-taken",
    fault: "two machines may have one name",
    handlers: ({ create }, platform) => ({
      async create(request, call) {
        try {
          return await create(request, call);
        } catch (error) {
          if (error instanceof ProviderError && error.reason === "ALREADY_EXISTS") return makeAnew(platform, request);
          throw error;
        }
      },
    }),
  },
  {
    rule: "marks-in-describe",
    fault: "Describe by uid answers no owner",
    mayFail: ["adopt"],
    handlers: ({ describe }) => ({
      async describe(request, call) {
        const { virtualMachine } = await describe(request, call);
        return { virtualMachine: virtualMachine && request.id === "" ? { ...virtualMachine, owner: "" } : virtualMachine };
      },
    }),
  },
  {
    rule: "marks-in-list",
    fault: "the list of everything answers no uids",
    handlers: ({ listVirtualMachines: list }) => ({
      async listVirtualMachines(request, call) {
        const { virtualMachines, nextPageToken } = await list(request, call);
        if (request.owner !== "") return { virtualMachines, nextPageToken };
        return { virtualMachines: virtualMachines.map((machine) => ({ ...machine, uid: "" })), nextPageToken };
      },
    }),
  },
  {
    rule: "describe-by-uid",
    fault: "Describe by uid finds another machine",
    mayFail: ["marks-in-describe"],
    handlers: ({ describe }) => ({
      async describe(request, call) {
        const { virtualMachine } = await describe(request, call);
        return { virtualMachine: virtualMachine && request.id === "" ? { ...virtualMachine, id: "vm-other" } : virtualMachine };
      },
    }),
  },
  {
    rule: "describe-unknown",
    fault: "Describe of a uid that never was answers INTERNAL",
    mayFail: ["error-form"],
    handlers({ create, delete: remove, describe }) {
      const heard = new Set<string>();
      return {
        create(request, call) {
          heard.add(request.uid);
          return create(request, call);
        },
        delete(request, call) {
          heard.add(request.uid);
          return remove(request, call);
        },
        describe(request, call) {
          if (request.uid !== "" && !heard.has(request.uid)) throw fail("INTERNAL");
          return describe(request, call);
        },
      };
    },
  },
  {
    rule: "delete-foreign",
    fault: "Delete ignores the mark",
    handlers: ({ delete: remove }, platform) => ({
      delete: ({ id, uid }, call) => remove({ id, uid: realUid(platform, id, uid) }, call),
    }),
  },
  {
    rule: "power-foreign",
    fault: "Power ignores the mark",
    handlers: ({ power }, platform) => ({
      power: (request, call) => power({ ...request, uid: realUid(platform, request.id, request.uid) }, call),
    }),
  },
  {
    rule: "reconfigure-foreign",
    fault: "Reconfigure ignores the mark",
    handlers: ({ reconfigure }, platform) => ({
      reconfigure: (request, call) => reconfigure({ ...request, uid: realUid(platform, request.id, request.uid) }, call),
    }),
  },
  {
    rule: "platform-expected",
    fault: "a Delete that is meant for another platform is done",
    handlers: ({ delete: remove }) => ({ delete: (request, call) => remove(request, { ...call, expectedPlatform: undefined }) }),
  },
  {
    rule: "delete",
    fault: "a deleted machine is listed for a while",
    mayFail: ["delete-while-creating", "mixed-load", "leaves-nothing", "source-clone", "source-linked-clone", "marks-in-list"],
    handlers({ delete: remove, listVirtualMachines: list }, { machines }) {
      const ghosts = new Set<VirtualMachine>();
      return {
        async delete(request, call) {
          const ghost = machines.get(request.id)?.shown;
          const answer = await remove(request, call);
          if (ghost) ghosts.add(ghost);
          if (ghost) setTimeout(() => ghosts.delete(ghost), 200).unref();
          return answer;
        },
        async listVirtualMachines(request, call) {
          const { virtualMachines, nextPageToken } = await list(request, call);
          const mine = [...ghosts].filter(({ id, owner }) => owner === request.owner && !machines.has(id));
          return ListVirtualMachinesResponse.create({ virtualMachines: [...virtualMachines, ...mine], nextPageToken });
        },
      };
    },
  },
  {
    rule: "delete-twice",
    fault: "Delete of an id that is gone is refused with NOT_FOUND",
    handlers: ({ delete: remove }, { machines }) => ({
      delete(request, call) {
        if (request.id !== "" && isUid(request.uid) && !machines.has(request.id)) throw fail("NOT_FOUND");
        return remove(request, call);
      },
    }),
  },
  {
    rule: "delete-unknown",
    fault: "Delete of a uid that never was is refused with NOT_FOUND",
    mayFail: ["no-capacity"],
    handlers({ create, delete: remove }) {
      const made = new Set<string>();
      return {
        async create(request, call) {
          const answer = await create(request, call);
          made.add(request.uid);
          return answer;
        },
        delete(request, call) {
          if (isUid(request.uid) && !made.has(request.uid) && request.id === "") throw fail("NOT_FOUND");
          return remove(request, call);
        },
      };
    },
  },
  {
    rule: "delete-by-uid",
    fault: "Delete without an id does nothing",
    mayFail: ["task-cancel"],
    handlers: ({ delete: remove }) => ({
      delete: (request, call) => (request.id === "" && isUid(request.uid) ? { task: undefined } : remove(request, call)),
    }),
  },
  {
    rule: "delete-while-creating",
    fault: "a machine that is deleted while it is being made comes back when it is made",
    latencyMs: 60,
    mayFail: ["leaves-nothing", "task-cancel", "create-cancelled", "create-deadline"],
    handlers: ({ delete: remove }, platform) => ({
      delete(request, call) {
        const machine = request.id === "" ? platform.byUid(request.uid) : platform.machines.get(request.id);
        if (!machine || !isMaking(machine)) return remove(request, call);
        platform.remove(machine);
        void machine.creation?.ended.then(() => platform.machines.set(machine.shown.id, machine));
        return { task: undefined };
      },
    }),
  },
  {
    rule: "list-owner",
    fault: "an owner with many machines is shown others' machines too",
    mayFail: ["list-pages", "list-order", "marks-in-list", "mixed-load"],
    handlers: ({ listVirtualMachines: list }) => ({
      async listVirtualMachines(request, call) {
        const answer = await list(request, call);
        return answer.virtualMachines.length >= 5 ? list({ ...request, owner: "" }, call) : answer;
      },
    }),
  },
  {
    rule: "list-everything",
    fault: "a list without an owner is empty",
    mayFail: ["marks-in-list", "release"],
    handlers: ({ listVirtualMachines: list }) => ({
      async listVirtualMachines(request, call) {
        const answer = await list(request, call);
        return request.owner === "" ? { virtualMachines: [], nextPageToken: "" } : answer;
      },
    }),
  },
  {
    rule: "list-pages",
    fault: "each page begins with the last machine of the page before",
    handlers: ({ listVirtualMachines: list }) => ({
      listVirtualMachines(request, call) {
        const [, after] = /^after-(\d+)$/.exec(request.pageToken) ?? [];
        return list(after === undefined ? request : { ...request, pageToken: `after-${Math.max(0, Number(after) - 1)}` }, call);
      },
    }),
  },
  {
    rule: "list-order",
    fault: "the list is in no order",
    handlers: ({ listVirtualMachines: list }) => ({
      async listVirtualMachines(request, call) {
        const { virtualMachines, nextPageToken } = await list(request, call);
        return { virtualMachines: virtualMachines.reverse(), nextPageToken };
      },
    }),
  },
  {
    rule: "list-token",
    fault: "a page token that is none begins anew",
    handlers: ({ listVirtualMachines: list }) => ({
      listVirtualMachines: (request, call) =>
        list({ ...request, pageToken: /^after-/.test(request.pageToken) ? request.pageToken : "" }, call),
    }),
  },
  {
    rule: "mixed-load",
    fault: "Power is lost where an owner has many machines",
    handlers: ({ power }, platform) => ({
      power(request, call) {
        const owner = platform.machines.get(request.id)?.shown.owner;
        const many = [...platform.machines.values()].filter(({ shown }) => shown.owner === owner).length >= 4;
        return many ? { task: undefined } : power(request, call);
      },
    }),
  },
  {
    rule: "leaves-nothing",
    fault: "a machine that was deleted by its uid stays in its owner's list",
    mayFail: ["task-cancel"],
    handlers({ delete: remove, listVirtualMachines: list }, platform) {
      const ghosts: VirtualMachine[] = [];
      return {
        delete(request, call) {
          const ghost = request.id === "" ? platform.byUid(request.uid)?.shown : undefined;
          if (ghost) ghosts.push(ghost);
          return remove(request, call);
        },
        async listVirtualMachines(request, call) {
          const { virtualMachines, nextPageToken } = await list(request, call);
          const mine = ghosts.filter(({ id, owner }) => owner === request.owner && !platform.machines.has(id));
          return { virtualMachines: [...virtualMachines, ...mine], nextPageToken };
        },
      };
    },
  },
];
