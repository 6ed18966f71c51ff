import type { CloudOffer, Launch } from "../cloud";
import { CloudError } from "../error";

/** The CloudError that a call fails with; anything else is no refusal of a cloud. */
export async function refusal(work: Promise<unknown>): Promise<CloudError> {
  const error = await work.then(
    (answer) => new Error(`answered ${JSON.stringify(answer)}`),
    (thrown: unknown) => thrown,
  );
  if (error instanceof CloudError) return error;
  throw error;
}

/** A launch of an offer, with a mark of its own. */
export const launchOf = (offer: CloudOffer | undefined, changes: Partial<Launch> = {}): Launch => {
  if (!offer) throw new Error("there is no such offer");
  const mark = { owner: "tests", uid: "5b1c4f0e-8c0a-4e0b-9c55-0d5d4b7e3f11", name: "machine-1" };
  return { mark, offer, image: "", userData: "", sshKeys: [], diskGib: 0, maxPricePerHour: 0, options: {}, ...changes };
};
