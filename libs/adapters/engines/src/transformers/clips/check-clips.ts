import { RunnerFault } from '../../hosts/runner.ts';
import type { Heard } from './heard-by.ts';

/** @throws RunnerFault `model.input_invalid`, `input.invalid`, `input.too_large` */
export function checkClips(
  clips: readonly Float32Array[],
  { sampleRate, shortestMs, longestMs }: Pick<Heard, 'sampleRate'> & Partial<Heard>,
): void {
  clips.forEach((samples, at) => {
    const place = `the clip ${at + 1} of ${clips.length}`;
    if (!samples.every(Number.isFinite))
      throw new RunnerFault(
        'model.input_invalid',
        `was given samples that are no numbers (NaN or infinite), in ${place}.`,
      );
    const ms = (samples.length / sampleRate) * 1000;
    if (shortestMs !== undefined && ms < shortestMs)
      throw new RunnerFault(
        'input.invalid',
        `hears nothing in less than ${shortestMs} ms, and ${place} has ${Math.floor(ms)} ms: give it longer ones.`,
      );
    if (longestMs !== undefined && ms > longestMs)
      throw new RunnerFault(
        'input.too_large',
        `hears ${longestMs / 1000} s at most, and ${place} has ${(ms / 1000).toFixed(1)} s: give it shorter ones.`,
      );
  });
}
