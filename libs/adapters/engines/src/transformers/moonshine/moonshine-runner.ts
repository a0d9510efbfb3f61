import { MoonshineForConditionalGeneration } from '@huggingface/transformers';
import type { LoadOptions, Runner, RunnerCall } from '../../hosts/runner.ts';
import { inOrder, sharedTimes } from '../../word-times.ts';
import { checkClips } from '../clips/check-clips.ts';
import { clipBatches } from '../clips/clip-batches.ts';
import { clipFeatures } from '../clips/clip-features.ts';
import type {
  NamedLanguages,
  NameLanguages,
  TranscribeClips,
  TranscribedClip,
  TranscribedClips,
} from '../clips/requests.ts';
import { decoded } from '../decoded.ts';
import { generate } from '../generate.ts';
import { OpenedFolder } from '../open-folder.ts';

/** 100 ms: it was trained on nothing shorter, and its first layers need half as much. */
const SHORTEST_MS = 100;
const LONGEST_MS = 64_000;
/** Of each second: where it loses its way it repeats itself for ever. Its makers allow 6.5 for English, and as much again for others. */
const TOKENS_PER_SECOND = 13;
/** Of what is short: the library rounds down to whole seconds, and would write nothing of a word. */
const LEAST_TOKENS = 8;

/** Writes down what is said in clips, those of one length in one run, because it has no mask. Interrupted between two tokens. */
export async function load(options: LoadOptions): Promise<Runner> {
  const folder = new OpenedFolder(options);
  const [tokenizer, processor, model] = await Promise.all([
    folder.tokenizer(),
    folder.processor(),
    folder.model(MoonshineForConditionalGeneration),
  ]);
  const { sampling_rate: sampleRate } = processor.feature_extractor!.config as { sampling_rate: number };
  const { max_position_embeddings: positions } = model.config as { max_position_embeddings?: number };
  // One place is for the token that it begins with.
  const contextTokens = (positions ?? Infinity) - 1;

  async function transcribe({ clips }: TranscribeClips, call: RunnerCall): Promise<TranscribedClips> {
    checkClips(clips, { sampleRate, longestMs: LONGEST_MS });
    const all: TranscribedClip[] = [];
    for (const places of clipBatches(clips)) {
      const { length } = clips[places[0]!]!;
      const durationMs = Math.round((length / sampleRate) * 1000);
      const texts = durationMs < SHORTEST_MS ? [] : await textsOf(places, durationMs);
      places.forEach((at, row) => (all[at] = clipOf(texts[row] ?? '', durationMs)));
    }
    return { clips: all };

    async function textsOf(places: readonly number[], durationMs: number): Promise<readonly string[]> {
      const inputs = await clipFeatures(
        processor,
        places.map((at) => clips[at]!),
      );
      const wanted = Math.max(LEAST_TOKENS, Math.ceil((TOKENS_PER_SECOND * durationMs) / 1000));
      const written = await generate(model, inputs, {
        ...{ call, tokenizer, maxTokens: Math.min(wanted, contextTokens) },
      });
      return written.map(({ tokens }) => decoded(tokenizer, tokens).trim());
    }
  }

  return {
    handle: async (request, call) => {
      const { kind } = request as TranscribeClips | NameLanguages;
      if (kind === 'transcribe') return transcribe(request as TranscribeClips, call);
      return { languages: null } satisfies NamedLanguages;
    },
  };
}

/** It tells no times: words share those of their clip. */
const clipOf = (text: string, durationMs: number): TranscribedClip => ({
  ...{ language: null, text },
  words: inOrder(sharedTimes({ text, startMs: 0, endMs: durationMs }), durationMs),
});
