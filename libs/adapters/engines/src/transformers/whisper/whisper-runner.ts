import { cat, WhisperForConditionalGeneration, type Tensor } from '@huggingface/transformers';
import { RunnerFault, type LoadOptions, type Runner, type RunnerCall } from '../../hosts/runner.ts';
import { checkClips } from '../clips/check-clips.ts';
import type { NamedLanguages, NameLanguages, TranscribeClips, TranscribedClips } from '../clips/requests.ts';
import { generate } from '../generate.ts';
import { OpenedFolder } from '../open-folder.ts';
import { alignTokens } from './align-tokens.ts';
import { readClip } from './read-clip.ts';
import { WhisperRules } from './whisper-rules.ts';
import { STEP_MS, whisperSettings } from './whisper-settings.ts';

/** Clips that go through the network together. */
const BATCH_CLIPS = 4;
/** What it may remember of its attention in one batch. */
const ATTENTION_BYTES = 256 * 1024 ** 2;

/** Writes down what is said in clips of half a minute, several in one call. Interrupted between two tokens. */
export async function load(options: LoadOptions): Promise<Runner> {
  const folder = new OpenedFolder(options);
  const [tokenizer, processor, model] = await Promise.all([
    folder.tokenizer(),
    folder.processor(),
    folder.model(WhisperForConditionalGeneration),
  ]);
  const settings = whisperSettings({ ...model.generation_config });
  const config = model.config as unknown as WhisperConfig;
  const { sampling_rate: rate, chunk_length: seconds } = processor.feature_extractor!.config as {
    sampling_rate: number;
    chunk_length: number;
  };
  // Repositories name the heads of networks that were exported without what they attend to.
  const tells = decoderOutputs(model).includes('cross_attentions.0');
  const heads = tells ? settings.heads : null;
  // Its context, without what it begins with.
  const maxTokens = (config.max_target_positions ?? 448) - 4;
  const batchClips = heads
    ? Math.max(1, Math.min(BATCH_CLIPS, Math.floor(ATTENTION_BYTES / attended(config, maxTokens))))
    : BATCH_CLIPS;

  async function transcribe(
    { clips, language }: TranscribeClips,
    call: RunnerCall,
  ): Promise<TranscribedClips> {
    checkClips(clips, { sampleRate: rate, longestMs: seconds * 1000 });
    const token = language === undefined ? undefined : languageToken(language);
    const all: TranscribedClips['clips'][number][] = [];
    for (let at = 0; at < clips.length; at += batchClips)
      all.push(...(await batch(clips.slice(at, at + batchClips), token, call)));
    return { clips: all };
  }

  async function batch(clips: readonly Float32Array[], language: number | undefined, call: RunnerCall) {
    const rules = new WhisperRules(settings, clips.length, language);
    let attention: readonly (readonly Tensor[])[] = [];
    const inputs = {
      inputs: await features(clips, call),
      decoder_input_ids: clips.map(() => [settings.start]),
    };
    const written = await generate(model, inputs, {
      ...{ call, maxTokens, tokenizer, rules },
      onAttention: heads ? (steps) => (attention = steps) : undefined,
      // The library's rules would come before, and these instead of ours.
      more: {
        return_timestamps: false,
        suppress_tokens: null,
        begin_suppress_tokens: null,
        forced_decoder_ids: null,
      },
    });
    return written.map(({ tokens }, row) => {
      const durationMs = Math.round((clips[row]!.length / rate) * 1000);
      const frames = Math.ceil(durationMs / STEP_MS);
      const said = heads
        ? (places: readonly number[]) =>
            timesOf(attention, { row, places, heads, frames }).map((frame) => frame * STEP_MS)
        : undefined;
      return readClip({ tokenizer, settings, tokens, hearing: rules.hearings[row]!, durationMs, said });
    });
  }

  async function features(clips: readonly Float32Array[], call: RunnerCall): Promise<Tensor> {
    const all: Tensor[] = [];
    for (const samples of clips) {
      const { input_features } = (await processor(samples)) as { input_features: Tensor };
      all.push(input_features);
      call.alive();
    }
    return cat(all, 0);
  }

  /** Undefined for a model that has one language. @throws RunnerFault `language.unsupported` */
  function languageToken(language: string): number | undefined {
    const { languages } = settings;
    const token = languages?.get(language);
    if (token !== undefined || (!languages && language === 'en')) return token;
    const known = languages ? [...languages.keys()].join(', ') : 'en';
    throw new RunnerFault(
      'language.unsupported',
      `does not hear the language '${language}': it hears ${known}.`,
    );
  }

  return {
    handle: async (request, call) => {
      const { kind } = request as TranscribeClips | NameLanguages;
      if (kind === 'transcribe') return transcribe(request as TranscribeClips, call);
      return {
        languages: settings.languages ? [...settings.languages.keys()] : ['en'],
      } satisfies NamedLanguages;
    },
  };
}

interface WhisperConfig {
  readonly max_target_positions?: number;
  readonly max_source_positions?: number;
  readonly decoder_layers: number;
  readonly decoder_attention_heads: number;
}

const attended = (config: WhisperConfig, tokens: number): number =>
  4 * tokens * config.decoder_layers * config.decoder_attention_heads * (config.max_source_positions ?? 1500);

const decoderOutputs = (model: object): readonly string[] =>
  (model as { sessions: Record<string, { outputNames: readonly string[] } | undefined> }).sessions[
    'decoder_model_merged'
  ]?.outputNames ?? [];

/** The frames in which the tokens at some places begin, and in which the last one ends. */
function timesOf(
  steps: readonly (readonly Tensor[])[],
  {
    row,
    places,
    heads,
    frames,
  }: {
    row: number;
    places: readonly number[];
    heads: readonly (readonly [number, number])[];
    frames: number;
  },
): number[] {
  // What is written behind the last word tells where that ends; a text that was cut off has nothing there.
  const behind = places.at(-1)! + 1;
  const isCut = behind >= steps.length;
  const rows = isCut ? places : [...places, behind];
  const begins = alignTokens(
    heads.map(([layer, head]) =>
      rows.map((at) => {
        const { data, dims } = steps[at]![layer]!.to('float32');
        const [, count, given, heard] = dims as [number, number, number, number];
        const from = ((row * count + head) * given + given - 1) * heard;
        return (data as Float32Array).subarray(from, from + Math.min(frames, heard));
      }),
    ),
  );
  return isCut ? [...begins, frames] : begins;
}
