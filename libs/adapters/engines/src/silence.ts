import { wavBlocks } from '@intermodal/models';

/** Below this peak (-60 dB of full scale) nothing was said: recognisers hear words in digital silence. */
const SILENT_PEAK = 33;
const BLOCK_SAMPLES = 262_144;

/** Whether a mono WAV file holds nothing that anybody could hear. */
export async function isSilent(path: string, signal: AbortSignal): Promise<boolean> {
  for await (const block of wavBlocks(path, { blockSamples: BLOCK_SAMPLES, signal })) {
    if (!isQuiet(block)) return false;
  }
  return true;
}

/** Whether samples hold nothing that anybody could hear. */
export const isQuiet = (samples: Int16Array): boolean =>
  samples.every((sample) => Math.abs(sample) <= SILENT_PEAK);
