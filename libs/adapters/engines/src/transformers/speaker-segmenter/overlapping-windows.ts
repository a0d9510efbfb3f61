import { floatSamples, SPEECH_SAMPLE_RATE, wavBlocks } from '@intermodal/models';

/** What the network hears at once, and how much later each window begins than the one before. */
export const WINDOW_MS = 10_000;
export const HOP_MS = 5_000;
const HOP = (HOP_MS * SPEECH_SAMPLE_RATE) / 1000;

/**
 * A 16 kHz mono WAV file in windows of ten seconds, each of which begins in the middle of the one before; the last one is filled up with silence.
 * @yields none when the file holds no sample
 */
export async function* overlappingWindows(path: string, signal: AbortSignal): AsyncGenerator<Float32Array> {
  let before: Int16Array | undefined;
  let isOnly = true;
  for await (const block of wavBlocks(path, { blockSamples: HOP, signal })) {
    if (before) {
      yield windowOf(before, block);
      isOnly = false;
    }
    before = block;
  }
  if (before && isOnly) yield windowOf(before, new Int16Array());
}

function windowOf(first: Int16Array, second: Int16Array): Float32Array {
  const samples = new Float32Array(2 * HOP);
  samples.set(floatSamples(first));
  samples.set(floatSamples(second), first.length);
  return samples;
}
