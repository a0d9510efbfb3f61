import { AutoModelForAudioFrameClassification } from '@huggingface/transformers';
import { RunnerFault, type LoadOptions, type Runner, type RunnerCall } from '../../hosts/runner.ts';
import { checkClips } from '../clips/check-clips.ts';
import { OpenedFolder } from '../open-folder.ts';
import { floatsOf, runModel } from '../run-model.ts';
import { SPEAKERS, type SegmentClips, type SegmentedClip, type SegmentedClips } from './speaker-segmenter.ts';

/**
 * Who speaks in each of its classes: nobody, one of three, or two of them ("powerset" of https://arxiv.org/abs/2310.13025).
 */
const CLASSES: readonly (readonly number[])[] = [[], [0], [1], [2], [0, 1], [0, 2], [1, 2]];
/** Its makers trained it on ten seconds; the first layers need 62 ms for one frame. */
const SHORTEST_MS = 100;
const LONGEST_MS = 10_000;

/** Tells who speaks in clips, one after the other. Interrupted between two. */
export async function load(options: LoadOptions): Promise<Runner> {
  const folder = new OpenedFolder(options);
  const [processor, model] = await Promise.all([
    folder.processor(),
    folder.model(AutoModelForAudioFrameClassification),
  ]);
  const { sampling_rate: sampleRate } = processor.feature_extractor!.config as { sampling_rate: number };

  async function segment({ clips }: SegmentClips, { signal, alive }: RunnerCall): Promise<SegmentedClips> {
    checkClips(clips, { sampleRate, shortestMs: SHORTEST_MS, longestMs: LONGEST_MS });
    const all: SegmentedClip[] = [];
    for (const samples of clips) {
      // Only then it is heard that nobody waits any more.
      await new Promise(setImmediate);
      signal.throwIfAborted();
      const { data, dims } = floatsOf(await runModel(model, (await processor(samples)) as object), 'logits');
      const [, frames, classes] = dims as [number, number, number];
      if (classes !== CLASSES.length)
        throw new RunnerFault(
          'model.output_invalid',
          `gives ${classes} classes for each frame, and those of nobody, three people and two at once are ${CLASSES.length}.`,
        );
      all.push(heardIn(data, frames));
      alive();
    }
    return all;
  }
  return { handle: (request, call) => segment(request as SegmentClips, call) };
}

function heardIn(logits: Float32Array, frames: number): SegmentedClip {
  const speech = new Float32Array(frames);
  const speakers = Array.from({ length: SPEAKERS }, () => new Float32Array(frames));
  for (let frame = 0; frame < frames; frame++) {
    const row = logits.subarray(frame * CLASSES.length, (frame + 1) * CLASSES.length);
    const greatest = Math.max(...row);
    const powers = Array.from(row, (value) => Math.exp(value - greatest));
    const sum = powers.reduce((total, power) => total + power, 0);
    speech[frame] = 1 - powers[0]! / sum;
    CLASSES.forEach((who, kind) => {
      for (const speaker of who) speakers[speaker]![frame]! += powers[kind]! / sum;
    });
  }
  return { speech, speakers };
}
