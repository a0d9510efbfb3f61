import { makeOnnx } from '../onnx/make-onnx.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';

/** `$` stands on both sides of what is spoken. */
const VOCABULARY = [
  '$',
  ...';:,.!?—…"()“” ',
  ...'AIOQSTWYᵊabcdefhijklmnopqrstuvwxyzɑɐɒæəɛɜɡɪɫɬɔɹɾʃʊʌʒʤʧʔθðŋᵻˈˌː',
];
const RATE = 24_000;
/** Samples of each phoneme. */
const PHONEME = 1_440;
const STYLE = 256;
const STYLES = 510;

export interface PhonemeVoiceOptions {
  /** Files of voices by their names, and how loud each is. */
  readonly voices?: Readonly<Record<string, number>>;
}

/**
 * A voice of Kokoro's kind: each phoneme is a tone of 60 ms, which is as loud as its style says. A voice is the louder, the more phonemes there are, up to
 * what is given here.
 */
export const phonemeVoiceFolder = ({ voices = { af_tone: 0.5 } }: PhonemeVoiceOptions = {}): ModelFolder => ({
  'config.json': jsonFile({ model_type: 'style_text_to_speech_2' }),
  ...Object.fromEntries(
    Object.entries(voices).map(([voice, loudness]) => [`voices/${voice}.bin`, stylesOf(loudness)]),
  ),
  'tokenizer_config.json': jsonFile({
    ...{ tokenizer_class: 'PreTrainedTokenizer', model_max_length: 512, unk_token: '$', pad_token: '$' },
  }),
  'tokenizer.json': jsonFile({
    ...{ version: '1.0', truncation: null, padding: null, decoder: null, added_tokens: [] },
    // What it has no sound for is passed over.
    normalizer: {
      ...{ type: 'Replace', content: '' },
      pattern: { Regex: `[^${VOCABULARY.join('').replace(/[$.?()]/g, '\\$&')}]` },
    },
    pre_tokenizer: { type: 'Split', pattern: { Regex: '' }, behavior: 'Isolated', invert: false },
    post_processor: {
      ...{ type: 'TemplateProcessing', pair: [] },
      single: [
        { SpecialToken: { id: '$', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '$', type_id: 0 } },
      ],
      special_tokens: { $: { id: '$', ids: [0], tokens: ['$'] } },
    },
    model: {
      ...{ type: 'WordPiece', unk_token: '$', continuing_subword_prefix: '', max_input_chars_per_word: 1 },
      vocab: Object.fromEntries(VOCABULARY.map((token, id) => [token, id])),
    },
  }),
  'onnx/model.onnx': makeOnnx({
    inputs: {
      input_ids: { type: 'int64', dims: [1, 'length'] },
      ...{ style: [1, STYLE], speed: [1] },
    },
    outputs: { waveform: [1, 'samples'] },
    nodes: [
      { operator: 'Gather', inputs: ['tones', 'input_ids'], outputs: ['spoken'] },
      { operator: 'Reshape', inputs: ['spoken', 'flat'], outputs: ['wave'] },
      {
        operator: 'ReduceMean',
        inputs: ['style'],
        outputs: ['loudness'],
        attributes: { axes: [1], keepdims: 1 },
      },
      { operator: 'Mul', inputs: ['loudness', 'speed'], outputs: ['told'] },
      { operator: 'Mul', inputs: ['wave', 'told'], outputs: ['waveform'] },
    ],
    weights: {
      tones: tableOf(VOCABULARY.length, PHONEME, (id) =>
        id === 0
          ? []
          : Array.from(
              { length: PHONEME },
              (_, i) => [i, Math.sin((2 * Math.PI * (100 + 20 * id) * i) / RATE)] as const,
            ),
      ),
      flat: { dims: [2], data: BigInt64Array.of(1n, -1n) },
    },
  }),
});

function stylesOf(loudness: number): Uint8Array {
  const styles = Float32Array.from(
    { length: STYLES * STYLE },
    (_, i) => (loudness * Math.floor(i / STYLE)) / (STYLES - 1),
  );
  return new Uint8Array(styles.buffer);
}
