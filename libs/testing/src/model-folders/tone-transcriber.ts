import { makeOnnx, type TinyWeights } from '../onnx/make-onnx.ts';
import { byteLevelTokenizer, withSpace } from './byte-level-tokenizer.ts';
import { mergedDecoder, type DecoderOptions } from './merged-decoder.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';
import { bandOf, ENGLISH, FRENCH, HUM_BAND, TONE_MS } from './tone-words.ts';

export interface ToneTranscriberOptions {
  /** It knows languages, and finds out which is spoken; otherwise it is for English only. */
  readonly multilingual?: boolean;
  /** It tells where it listened while it wrote each token. */
  readonly attentive?: boolean;
  /** Its settings name the heads that follow the sound, though it may not tell of them. */
  readonly namesHeads?: boolean;
}

const SECONDS = 30;
const BANDS = 80;
const FRAMES = 100 * SECONDS;
/** Of the encoder, in which a decoder's attention is told: 20 ms each. */
const STATES = FRAMES / 2;
const BLOCKS = (SECONDS * 1000) / TONE_MS;
/** What it says where there is nothing, and is not sure of: Whisper does, too. */
const INVENTED = 'thanks';

const END = '<|endoftext|>';
const START = '<|startoftranscript|>';
const UNTIMED = '<|notimestamps|>';
const SPECIAL = [
  ...[END, START, '<|en|>', '<|fr|>', '<|translate|>', '<|transcribe|>'],
  ...['<|startoflm|>', '<|startofprev|>', '<|nospeech|>', UNTIMED],
];
const TIMES = Array.from({ length: STATES + 1 }, (_, i) => `<|${(i / 50).toFixed(2)}|>`);
const SAID = [...ENGLISH, ...FRENCH, INVENTED];
const VOCABULARY = [...SAID.map(withSpace), ...SPECIAL, ...TIMES];
const idOf = (token: string): number => VOCABULARY.indexOf(token);
const timeAt = (ms: number): number => idOf(TIMES[0]!) + ms / 20;

/**
 * A network of Whisper's kind that knows the words of `writeToneSpeech`: of each half second it hears which of its bands is loud. A hum is French.
 * It has all manners of the real one: it says `thanks` in silence, and writes in the language that it is told.
 */
export function toneTranscriberFolder(options: ToneTranscriberOptions = {}): ModelFolder {
  const { multilingual = true, attentive = false, namesHeads = attentive } = options;
  // Of the decoder, before the first word: <|startoftranscript|>, language and task, and the first time.
  const lead = multilingual ? 3 : 1;
  const slots = lead + BLOCKS;
  const ends = { eos_token_id: idOf(END), pad_token_id: idOf(END), bos_token_id: idOf(END) };
  const start = { decoder_start_token_id: idOf(START) };
  return {
    ...byteLevelTokenizer({
      ...{ vocabulary: VOCABULARY, special: SPECIAL, kind: 'WhisperTokenizer', end: END },
    }),
    'config.json': jsonFile({
      ...{ model_type: 'whisper', architectures: ['WhisperForConditionalGeneration'] },
      ...{ is_encoder_decoder: true, d_model: 1, vocab_size: VOCABULARY.length, num_mel_bins: BANDS },
      ...{ encoder_layers: 1, encoder_attention_heads: 1, decoder_layers: 1, decoder_attention_heads: 1 },
      ...{ max_source_positions: STATES, max_target_positions: 448, ...start, ...ends },
    }),
    'generation_config.json': jsonFile({
      ...{ ...start, ...ends, max_length: 448, return_timestamps: false, is_multilingual: multilingual },
      ...{ no_timestamps_token_id: idOf(UNTIMED), max_initial_timestamp_index: 50 },
      begin_suppress_tokens: [idOf(END)],
      suppress_tokens: SPECIAL.slice(1, -1).map(idOf),
      // As old repositories have it, which would force English where it were obeyed.
      forced_decoder_ids: [[1, idOf('<|en|>')]],
      ...(multilingual && {
        lang_to_id: { '<|en|>': idOf('<|en|>'), '<|fr|>': idOf('<|fr|>') },
        task_to_id: { transcribe: idOf('<|transcribe|>'), translate: idOf('<|translate|>') },
      }),
      ...(namesHeads && { alignment_heads: [[0, 0]] }),
    }),
    'preprocessor_config.json': jsonFile({
      ...{ feature_extractor_type: 'WhisperFeatureExtractor', processor_class: 'WhisperProcessor' },
      ...{ chunk_length: SECONDS, feature_size: BANDS, hop_length: 160, n_fft: 400 },
      ...{ n_samples: 16_000 * SECONDS, nb_max_frames: FRAMES, sampling_rate: 16_000, padding_value: 0 },
    }),
    'onnx/encoder_model.onnx': encoder(lead),
    'onnx/decoder_model_merged.onnx': mergedDecoder({
      ...{ tokens: VOCABULARY.length, width: MEANINGS.length },
      table: tableOf(MEANINGS.length, VOCABULARY.length, (row) => MEANINGS[row]!.map((id) => [id, 1])),
      more: decoding(slots, lead, attentive),
    }),
  };
}

/** What the encoder tells: for each the tokens that say it. */
const MEANINGS: readonly (readonly number[])[] = [
  ...ENGLISH.map((word, i) => [idOf(withSpace(word)), idOf(withSpace(FRENCH[i]!))]),
  ...[[idOf(withSpace(INVENTED))], [idOf('<|en|>')], [idOf('<|fr|>')], [idOf('<|nospeech|>')]],
  ...Array.from({ length: BLOCKS + 1 }, (_, block) => [timeAt(block * TONE_MS)]),
];
const [THANKS, EN, FR, NOTHING, TIME] = Array.from({ length: 5 }, (_, i) => ENGLISH.length + i) as [
  number,
  number,
  number,
  number,
  number,
];

/** [batch, 80, 3000] -> for each place in a transcript, how much is to be said for each meaning. */
function encoder(lead: number): Uint8Array {
  const slots = lead + BLOCKS;
  const ofLoudest = tableOf(BANDS, MEANINGS.length, (band) => {
    const isWord = ENGLISH.some((_, word) => bandOf(word) === band);
    if (band === HUM_BAND) return [[FR, 12]];
    return isWord ? [[NOTHING, -4]] : [];
  });
  const ofBlock = tableOf(BANDS, MEANINGS.length, (band) => {
    const word = ENGLISH.findIndex((_, at) => bandOf(at) === band);
    return word < 0 ? [] : [[word, 12]];
  });
  const places = tableOf(slots, MEANINGS.length, (slot) => {
    const block = slot - lead;
    const said: [number, number][] = block >= 0 ? [[TIME + block, 10]] : [];
    if (block === 0) said.push([THANKS, 0.5]);
    if (slot === 0) said.push([EN, 6], [NOTHING, 12]);
    return said;
  });
  const pads = (before: number, after: number): TinyWeights => ({
    dims: [6],
    data: BigInt64Array.of(0n, BigInt(before), 0n, 0n, BigInt(after), 0n),
  });
  return makeOnnx({
    inputs: { input_features: ['batch_size', BANDS, FRAMES] },
    outputs: { last_hidden_state: ['batch_size', slots, MEANINGS.length] },
    nodes: [
      {
        operator: 'AveragePool',
        inputs: ['input_features'],
        outputs: ['pooled'],
        attributes: { kernel_shape: [FRAMES / BLOCKS], strides: [FRAMES / BLOCKS] },
      },
      {
        operator: 'Transpose',
        inputs: ['pooled'],
        outputs: ['blocks'],
        attributes: { perm: [0, 2, 1] },
      },
      {
        operator: 'ReduceMean',
        inputs: ['blocks'],
        outputs: ['level'],
        attributes: { axes: [2], keepdims: 1 },
      },
      { operator: 'Sub', inputs: ['blocks', 'level'], outputs: ['contrast'] },
      { operator: 'Sub', inputs: ['contrast', 'threshold'], outputs: ['above'] },
      { operator: 'Relu', inputs: ['above'], outputs: ['heard'] },
      {
        operator: 'ReduceMax',
        inputs: ['heard'],
        outputs: ['loudest'],
        attributes: { axes: [1], keepdims: 1 },
      },
      { operator: 'MatMul', inputs: ['loudest', 'of_loudest'], outputs: ['about_all'] },
      { operator: 'Pad', inputs: ['about_all', 'to_first'], outputs: ['first'] },
      { operator: 'MatMul', inputs: ['heard', 'of_block'], outputs: ['about_block'] },
      { operator: 'Pad', inputs: ['about_block', 'to_blocks'], outputs: ['others'] },
      { operator: 'Add', inputs: ['first', 'others'], outputs: ['both'] },
      { operator: 'Add', inputs: ['both', 'places'], outputs: ['last_hidden_state'] },
    ],
    weights: {
      threshold: { dims: [1], data: Float32Array.of(0.5) },
      ...{ of_loudest: ofLoudest, of_block: ofBlock, places },
      to_first: pads(0, slots - 1),
      to_blocks: pads(lead, 0),
    },
  });
}

/** Ends behind a time that is not the first, writes in the language that it was told, and tells where it listened. */
function decoding(slots: number, lead: number, attentive: boolean): NonNullable<DecoderOptions['more']> {
  const closes = tableOf(VOCABULARY.length, 1, (id) =>
    id > idOf(TIMES[0]!) || id === idOf(END) ? [[0, 1]] : [],
  );
  // A word of the other language is not said; and a time only where one is told, for there are 1,500 of them.
  const words = (list: readonly string[]): TinyWeights => ({
    dims: [VOCABULARY.length],
    data: Float32Array.from(VOCABULARY, (_, id) => {
      if (id >= idOf(TIMES[0]!)) return -6;
      return list.some((it) => idOf(withSpace(it)) === id) ? -40 : 0;
    }),
  });
  const block = STATES / BLOCKS;
  const attention = tableOf(slots, STATES, (slot) =>
    Array.from({ length: slot < lead ? 0 : block }, (_, i) => [(slot - lead) * block + i, 1] as const),
  );
  const whole = (value: number): TinyWeights => ({ dims: [1], data: Float32Array.of(value) });
  return {
    nodes: [
      { operator: 'Gather', inputs: ['closes', 'input_ids'], outputs: ['closed'], attributes: { axis: 0 } },
      { operator: 'MatMul', inputs: ['closed', 'end'], outputs: ['ending'] },
      { operator: 'Add', inputs: ['seen', 'ending'], outputs: ['unspoken'] },
      { operator: 'Equal', inputs: ['heard', 'french'], outputs: ['are_french'] },
      { operator: 'Cast', inputs: ['are_french'], outputs: ['told_french'], attributes: { to: 1 } },
      {
        operator: 'ReduceMax',
        inputs: ['told_french'],
        outputs: ['is_french'],
        attributes: { axes: [1, 2], keepdims: 0 },
      },
      { operator: 'Unsqueeze', inputs: ['is_french', 'last'], outputs: ['in_french'] },
      { operator: 'Sub', inputs: ['unit', 'in_french'], outputs: ['in_english'] },
      { operator: 'Mul', inputs: ['in_french', 'not_english'], outputs: ['no_english'] },
      { operator: 'Mul', inputs: ['in_english', 'not_french'], outputs: ['no_french'] },
      { operator: 'Add', inputs: ['unspoken', 'no_english'], outputs: ['half_spoken'] },
      { operator: 'Add', inputs: ['half_spoken', 'no_french'], outputs: ['scores'] },
      ...(attentive
        ? [
            {
              operator: 'Gather',
              inputs: ['attention', 'places'],
              outputs: ['rows'],
              attributes: { axis: 0 },
            },
            { operator: 'Unsqueeze', inputs: ['rows', 'outer'], outputs: ['one_row'] },
            { operator: 'Mul', inputs: ['own', 'nothing'], outputs: ['empty'] },
            { operator: 'Add', inputs: ['one_row', 'empty'], outputs: ['cross_attentions.0'] },
          ]
        : []),
    ],
    weights: {
      ...{ closes, not_english: words(ENGLISH), not_french: words(FRENCH), unit: whole(1) },
      end: tableOf(1, VOCABULARY.length, () => [[idOf(END), 30]]),
      french: whole(idOf('<|fr|>')),
      last: { dims: [1], data: BigInt64Array.of(2n) },
      ...(attentive && {
        attention,
        nothing: whole(0),
        outer: { dims: [2], data: BigInt64Array.of(0n, 1n) },
      }),
    },
    ...(attentive && { outputs: { 'cross_attentions.0': ['batch_size', 1, 'length', STATES] } }),
  };
}
