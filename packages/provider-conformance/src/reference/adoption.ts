import { AdoptResponse, type GetCapabilitiesResponse, ProviderError, ReleaseResponse } from "@remuda/contract";
import type { Handlers } from "./handler-types";
import type { Platform } from "./platform";
import { demand, required, uidCheck } from "./requests";

/** Marks that come and go. */
export function createAdoptionHandlers(platform: Platform, { adoption }: GetCapabilitiesResponse): Pick<Handlers, "adopt" | "release"> {
  const demandAdoption = () => {
    if (!adoption) throw new ProviderError("UNSUPPORTED", "marks are set when a machine is made, and stay");
  };
  return {
    adopt({ id, uid, owner }) {
      demandAdoption();
      demand([required("id", id), uidCheck(uid), required("owner", owner)]);
      const machine = platform.machines.get(id);
      if (!machine) throw new ProviderError("NOT_FOUND", `no machine ${id}`);
      const { shown } = machine;
      const isTaken = shown.uid !== "" || platform.byUid(uid) !== undefined;
      if (isTaken && (shown.uid !== uid || shown.owner !== owner)) throw new ProviderError("ALREADY_EXISTS", `${id} is somebody's`);
      Object.assign(shown, { uid, owner });
      platform.changed(machine);
      return AdoptResponse.create({ virtualMachine: shown });
    },

    release({ id, uid }) {
      demandAdoption();
      demand([uidCheck(uid)]);
      const machine = id === "" ? platform.byUid(uid) : platform.machines.get(id);
      if (!machine || machine.shown.uid === "") return ReleaseResponse.create({});
      if (machine.shown.uid !== uid) throw new ProviderError("FORBIDDEN", "it belongs to another uid");
      Object.assign(machine.shown, { uid: "", owner: "" });
      platform.changed(machine);
      return ReleaseResponse.create({});
    },
  };
}
