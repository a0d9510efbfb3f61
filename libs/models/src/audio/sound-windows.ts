import { floatSamples } from './float-samples.ts';
import { readWavLayout, wavBlocks } from './wav-file.ts';

export interface SoundWindow {
  /** Milliseconds from the beginning of the recording. */
  readonly startMs: number;
  readonly endMs: number;
  readonly samples: Float32Array;
}

/**
 * A mono 16-bit WAV file in windows that follow each other, as few as there must be and all of one length: a last one of a few
 * milliseconds would tell nothing, and those of one length go through a network together.
 * @yields none when the file holds no sample
 */
export async function* soundWindows(
  path: string,
  { longestMs, signal }: { longestMs: number; signal: AbortSignal },
): AsyncGenerator<SoundWindow> {
  const { sampleRate, dataBytes } = await readWavLayout(path);
  const blockSamples = windowSamples(dataBytes / 2, Math.floor((longestMs * sampleRate) / 1000));
  if (blockSamples === 0) return;
  const msAt = (sample: number): number => Math.round((sample / sampleRate) * 1000);
  let at = 0;
  for await (const block of wavBlocks(path, { blockSamples, signal })) {
    yield { startMs: msAt(at), endMs: msAt(at + block.length), samples: floatSamples(block) };
    at += block.length;
  }
}

/** How long each is, so that none is longer than `longest`. */
const windowSamples = (all: number, longest: number): number =>
  all === 0 ? 0 : Math.ceil(all / Math.ceil(all / Math.max(1, longest)));
