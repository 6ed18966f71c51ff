import { msFromDuration, PrepareImageRequest, ProviderError } from "@remuda/contract";
import type { VMImage, VMImageSpec } from "@remuda/resources";
import type { Connection } from "../provider/connection";
import type { ImageOnProvider } from "./controller";

export type ImageSource = NonNullable<VMImageSpec["source"]>;

/** Where the image comes from on the provider. */
export const sourceOn = (spec: VMImageSpec, provider: string): ImageSource | undefined =>
  spec.providers?.find((p) => p.provider === provider) ?? spec.source;

/** Asks for the image, or looks how far it is. Throws what a failed task or call threw. */
export async function prepare(
  image: VMImage,
  entry: ImageOnProvider | undefined,
  source: ImageSource,
  { provider, calls, tasks }: Connection,
  wake: () => void,
  signal: AbortSignal,
): Promise<ImageOnProvider> {
  if (entry?.task !== undefined) {
    tasks.track(entry.task, wake);
    const outcome = tasks.outcome(entry.task);
    if (!outcome) return { ...entry, progressPercent: tasks.progress(entry.task)?.percent ?? entry.progressPercent ?? 0 };
    tasks.forget(entry.task);
    if (outcome.error) throw outcome.error;
    return { provider, imageId: entry.imageId, ready: true };
  }
  const answer = await calls.prepareImage(
    PrepareImageRequest.fromPartial({
      name: image.metadata.name,
      source: wireSource(source),
      checksum: source.checksum,
      format: source.format,
    }),
    signal,
  );
  const imageId = answer.image?.id ?? "";
  if (imageId === "") throw new ProviderError("INTERNAL", "the provider answered no image id");
  if (!answer.task) return { provider, imageId, ready: true };
  tasks.track(answer.task.ref, wake, answer.task.pollAfter && msFromDuration(answer.task.pollAfter));
  return { provider, imageId, ready: false, task: answer.task.ref, progressPercent: 0 };
}

type WireSource = NonNullable<PrepareImageRequest["source"]>;

const wireSource = ({ url, file, existing }: ImageSource): WireSource | undefined => {
  if (url !== undefined) return { $case: "url", value: url };
  if (file !== undefined) return { $case: "file", value: file };
  return existing === undefined ? undefined : { $case: "existing", value: existing };
};
