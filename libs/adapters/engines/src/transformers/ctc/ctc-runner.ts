import { AutoModelForCTC, type Tensor } from '@huggingface/transformers';
import { RunnerFault, type LoadOptions, type Runner, type RunnerCall } from '../../hosts/runner.ts';
import { checkClips } from '../clips/check-clips.ts';
import type {
  NamedLanguages,
  NameLanguages,
  TranscribeClips,
  TranscribedClip,
  TranscribedClips,
} from '../clips/requests.ts';
import { OpenedFolder } from '../open-folder.ts';
import { floatsOf, runModel } from '../run-model.ts';
import { framesOf } from './frames-of.ts';
import { lettersOf } from './letters-of.ts';
import { readLetters } from './read-letters.ts';

/**
 * Writes down what is said in clips, one after the other: most of these models were trained without a mask, and what a shorter clip would be filled up
 * with changes its letters.
 */
export async function load(options: LoadOptions): Promise<Runner> {
  const folder = new OpenedFolder(options);
  const [processor, model] = await Promise.all([folder.processor(), folder.model(AutoModelForCTC)]);
  const { pad_token_id: padToken } = model.config as { pad_token_id?: number };
  const letters = await lettersOf(folder.load.folder, padToken);
  const { shortestSamples, frameMs } = framesOf(model.config, processor);
  const { sampling_rate: sampleRate } = processor.feature_extractor!.config as { sampling_rate: number };

  async function transcribe({ clips }: TranscribeClips, call: RunnerCall): Promise<TranscribedClips> {
    checkClips(clips, { sampleRate });
    const all: TranscribedClip[] = [];
    for (const samples of clips) {
      call.signal.throwIfAborted();
      all.push(samples.length < shortestSamples ? SILENT : await one(samples));
      call.alive();
      // Only then it is heard that nobody waits any more.
      await new Promise(setImmediate);
    }
    return { clips: all };
  }

  async function one(samples: Float32Array): Promise<TranscribedClip> {
    const inputs = changeless((await processor(samples)) as Record<string, Tensor>);
    const { data, dims } = floatsOf(await runModel(model, inputs), 'logits');
    const [, frames, tokens] = dims as [number, number, number];
    if (tokens < letters.tokens.length)
      throw new RunnerFault(
        'model.output_invalid',
        `gives ${tokens} scores for each frame, and its tokenizer.json has ${letters.tokens.length} tokens.`,
      );
    const wide = { ...letters, tokens: Array.from({ length: tokens }, (_, id) => letters.tokens[id] ?? '') };
    const words = readLetters(wide, {
      scores: data,
      frameMs: frameMs({ samples: samples.length, frames }),
    });
    return { language: null, text: words.map(({ text }) => text).join(' '), words };
  }

  return {
    handle: async (request, call) => {
      const { kind } = request as TranscribeClips | NameLanguages;
      if (kind === 'transcribe') return transcribe(request as TranscribeClips, call);
      return { languages: null } satisfies NamedLanguages;
    },
  };
}

/**
 * The library takes the root of how much each band of a spectrogram changes; of one that does not change at all, as in five seconds of silence, its sums
 * come out a little below zero. Samples are numbers, so nothing else is none.
 */
function changeless(inputs: Record<string, Tensor>): Record<string, Tensor> {
  const features = inputs['input_features']?.data as Float32Array | undefined;
  features?.forEach((value, at) => {
    if (Number.isNaN(value)) features[at] = 0;
  });
  return inputs;
}

const SILENT: TranscribedClip = { language: null, text: '', words: [] };
