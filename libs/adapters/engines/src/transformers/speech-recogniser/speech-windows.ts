import {
  SPEECH_SAMPLE_RATE,
  durationMsOf,
  floatSamples,
  frameLevels,
  readWavLayout,
  splitLongSpans,
  wavBlocks,
} from '@intermodal/models';
import { isQuiet } from '../../silence.ts';

/** What models hear at once is half a minute; a little less, since what is cut is rounded. */
const LONGEST_MS = 28_000;
const BLOCK_SAMPLES = 65_536;

export interface SpeechWindow {
  readonly startMs: number;
  readonly samples: Float32Array;
}

/**
 * The speech of a 16 kHz mono file in windows that models can hear, cut where it is quietest. Windows of silence are left out: models
 * invent text for those.
 */
export async function* speechWindows(path: string, signal: AbortSignal): AsyncGenerator<SpeechWindow> {
  const blocks = () => wavBlocks(path, { blockSamples: BLOCK_SAMPLES, signal });
  const whole = [{ startMs: 0, endMs: durationMsOf(await readWavLayout(path)) }];
  const isLong = whole[0]!.endMs > LONGEST_MS;
  const spans = isLong
    ? splitLongSpans(whole, await frameLevels(blocks(), SPEECH_SAMPLE_RATE), LONGEST_MS)
    : whole;
  const ends = spans.slice(0, -1).map(({ endMs }) => (endMs * SPEECH_SAMPLE_RATE) / 1000);
  let heard: Int16Array[] = [];
  let at = 0;
  let window = 0;
  const taken = (): SpeechWindow | undefined => {
    const { startMs } = spans[window++]!;
    const samples = joined(heard);
    heard = [];
    return isQuiet(samples) ? undefined : { startMs, samples: floatSamples(samples) };
  };
  for await (let block of blocks()) {
    while (window < ends.length && at + block.length >= ends[window]!) {
      const rest = ends[window]! - at;
      heard.push(block.subarray(0, rest));
      block = block.subarray(rest);
      at += rest;
      const made = taken();
      if (made) yield made;
    }
    heard.push(block);
    at += block.length;
  }
  const last = taken();
  if (last) yield last;
}

function joined(parts: readonly Int16Array[]): Int16Array {
  const all = new Int16Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
