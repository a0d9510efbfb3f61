import { RunnerFault } from '../../hosts/runner.ts';

/** @throws RunnerFault `model.input_invalid`, `input.too_large` */
export function checkClips(
  clips: readonly Float32Array[],
  { rate, longestMs }: { rate: number; longestMs?: number },
): void {
  clips.forEach((samples, at) => {
    const place = `the clip ${at + 1} of ${clips.length}`;
    if (!samples.every(Number.isFinite))
      throw new RunnerFault(
        'model.input_invalid',
        `was given samples that are no numbers (NaN or infinite), in ${place}.`,
      );
    const ms = (samples.length / rate) * 1000;
    if (longestMs !== undefined && ms > longestMs)
      throw new RunnerFault(
        'input.too_large',
        `hears ${longestMs / 1000} s at most, and ${place} has ${(ms / 1000).toFixed(1)} s: give it shorter ones.`,
      );
  });
}
