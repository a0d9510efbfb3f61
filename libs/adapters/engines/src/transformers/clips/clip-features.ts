import { cat, type Processor, type Tensor } from '@huggingface/transformers';

/** What a network takes of clips of one length, in one run: the library's processors take one clip at a time. */
export async function clipFeatures(
  processor: Processor,
  clips: readonly Float32Array[],
): Promise<Record<string, Tensor>> {
  const all: Record<string, Tensor>[] = [];
  for (const samples of clips) all.push((await processor(samples)) as Record<string, Tensor>);
  const together = (name: string): Tensor =>
    cat(
      all.map((features) => features[name]!),
      0,
    );
  return Object.fromEntries(Object.keys(all[0]!).map((name) => [name, together(name)]));
}
