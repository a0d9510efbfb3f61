import { AutoModelForAudioClassification } from '@huggingface/transformers';
import type { LoadOptions, Runner, RunnerCall } from '../../hosts/runner.ts';
import { checkClips } from '../clips/check-clips.ts';
import { clipBatches } from '../clips/clip-batches.ts';
import { clipFeatures } from '../clips/clip-features.ts';
import { heardBy, type Preprocessor } from '../clips/heard-by.ts';
import { OpenedFolder } from '../open-folder.ts';
import { rowsOf } from '../rows-of.ts';
import { floatsOf, runModel } from '../run-model.ts';
import type { ClassifyClips, ClipScores } from './clip-classifier.ts';

/**
 * Scores clips, those of one length in one run: most of these networks were trained without a mask, and what a shorter clip would be filled up
 * with changes its scores. Interrupted between two runs.
 */
export async function load(options: LoadOptions): Promise<Runner> {
  const folder = new OpenedFolder(options);
  const [processor, model] = await Promise.all([
    folder.processor(),
    folder.model(AutoModelForAudioClassification),
  ]);
  const hears = heardBy(processor.feature_extractor!.config as Preprocessor);
  const { problem_type } = model.config as { problem_type?: string };
  const sharesOf = problem_type === 'multi_label_classification' ? eachByItself : together;

  async function classify({ clips }: ClassifyClips, { signal, alive }: RunnerCall): Promise<ClipScores> {
    checkClips(clips, hears);
    const scores: (readonly number[])[] = [];
    for (const places of clipBatches(clips)) {
      // Only then it is heard that nobody waits any more.
      await new Promise(setImmediate);
      signal.throwIfAborted();
      const inputs = await clipFeatures(
        processor,
        places.map((at) => clips[at]!),
      );
      const rows = rowsOf(floatsOf(await runModel(model, inputs), 'logits'));
      places.forEach((at, row) => (scores[at] = sharesOf(rows[row]!)));
      alive();
    }
    return scores;
  }

  return { handle: (request, call) => classify(request as ClassifyClips, call) };
}

/** Several may be heard at once. */
const eachByItself = (row: readonly number[]): number[] => row.map((value) => 1 / (1 + Math.exp(-value)));

/** One of them is. */
function together(row: readonly number[]): number[] {
  const greatest = Math.max(...row);
  const powers = row.map((value) => Math.exp(value - greatest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
