import { LogitsProcessorList } from '@huggingface/transformers';
import type { RunnerCall } from '../../hosts/runner.ts';
import { WatchedSteps } from '../watched-steps.ts';

/** How often is told how much is done. */
const TOLD_SHARES = 100;
/**
 * For each second of sound, how long the last network may be silent, which makes the sound of the codes in one run. One of EnCodec's size (29
 * million weights, 32 kHz) took 0.4 s on one processor.
 */
const SILENCE_MS_PER_SECOND = 5_000;

/** Looks on at every step of a sound, tells how much is done, and behind the last one that nothing is heard for a while. */
export function watchedSound(
  call: RunnerCall,
  { steps, seconds }: { steps: number; seconds: number },
): LogitsProcessorList {
  const list = new LogitsProcessorList();
  let told = 0;
  list.push(
    new WatchedSteps(call, (step) => {
      const share = Math.floor((TOLD_SHARES * step) / steps);
      if (share > told) call.partial((told = share) / TOLD_SHARES);
      if (step === steps) call.alive(seconds * SILENCE_MS_PER_SECOND);
    }),
  );
  return list;
}
