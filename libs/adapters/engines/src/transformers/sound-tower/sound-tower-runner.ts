import {
  ClapAudioModelWithProjection,
  ClapTextModelWithProjection,
  type PretrainedConfig,
} from '@huggingface/transformers';
import type { LoadOptions, Runner, RunnerCall } from '../../hosts/runner.ts';
import { checkClips } from '../clips/check-clips.ts';
import { clipBatches } from '../clips/clip-batches.ts';
import { clipFeatures } from '../clips/clip-features.ts';
import { heardBy, type Preprocessor } from '../clips/heard-by.ts';
import { OpenedFolder } from '../open-folder.ts';
import { rowsOf } from '../rows-of.ts';
import { floatsOf, runModel } from '../run-model.ts';
import type { EmbeddedTexts } from '../text-encoder/text-encoder.ts';
import { contextTokensOf, tokenBatches } from '../token-batches.ts';
import { filledClip, type Filling } from './filled-clip.ts';
import type { SoundTowerRequest, SoundVectors } from './sound-tower.ts';

/** Puts sounds and texts into one space, many in one call. Interrupted between two runs. */
export async function load(options: LoadOptions): Promise<Runner> {
  const folder = new OpenedFolder(options);
  const [tokenizer, processor, texts, sounds] = await Promise.all([
    ...([folder.tokenizer(), folder.processor()] as const),
    ...([folder.model(ClapTextModelWithProjection), folder.model(ClapAudioModelWithProjection)] as const),
  ]);
  const told = processor.feature_extractor!.config as Settings;
  if (told.truncation !== 'rand_trunc' || told.nb_max_samples === undefined)
    throw new Error(
      'its preprocessor_config.json does not say truncation rand_trunc and nb_max_samples: Transformers.js reads no others, such as fused ones',
    );
  const hears = heardBy(told);
  const { nb_max_samples: length, padding = 'repeatpad' } = told;
  const { text_config } = texts.config as { text_config?: object };
  // It reads with RoBERTa, whatever its config calls that.
  const reader = { ...text_config, model_type: 'roberta' } as unknown as PretrainedConfig;
  const contextTokens = contextTokensOf(tokenizer, reader);

  async function embedTexts(all: readonly string[], { signal, alive }: RunnerCall): Promise<EmbeddedTexts> {
    const { batches, counts } = tokenBatches(tokenizer, all, { contextTokens });
    const vectors: (readonly number[])[] = [];
    for (const { places, inputs } of batches) {
      signal.throwIfAborted();
      const rows = rowsOf(floatsOf(await runModel(texts, inputs), 'text_embeds'));
      places.forEach((at, row) => (vectors[at] = rows[row]!));
      alive();
    }
    return { vectors, tokens: counts };
  }

  async function embedSounds(
    clips: readonly Float32Array[],
    { signal, alive }: RunnerCall,
  ): Promise<SoundVectors> {
    checkClips(clips, hears);
    const filled = clips.map((clip) => filledClip(clip, length!, padding));
    const vectors: (readonly number[])[] = [];
    for (const places of clipBatches(filled)) {
      // Only then it is heard that nobody waits any more.
      await new Promise(setImmediate);
      signal.throwIfAborted();
      const features = await clipFeatures(
        processor,
        places.map((at) => filled[at]!),
      );
      const rows = rowsOf(floatsOf(await runModel(sounds, features), 'audio_embeds'));
      places.forEach((at, row) => (vectors[at] = rows[row]!));
      alive();
    }
    return vectors;
  }

  return {
    handle(request, call) {
      const asked = request as SoundTowerRequest;
      return asked.kind === 'embed' ? embedTexts(asked.texts, call) : embedSounds(asked.clips, call);
    },
  };
}

interface Settings extends Preprocessor {
  readonly truncation?: string;
  readonly padding?: Filling;
}
