import { writeSamples } from '../make-wav.ts';
import { makeOnnx } from '../onnx/make-onnx.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';
import { toneFiltersOfWaves } from './tone-filters.ts';

const SPECIAL = ['<pad>', '<s>', '</s>', '<unk>', '|'];
const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const VOCABULARY = [...SPECIAL, ...LETTERS];
const DELIMITER = VOCABULARY.indexOf('|');
/** What the model can hear: what stands between words, and letters. */
const HEARD = VOCABULARY.slice(DELIMITER);

const RATE = 16_000;
const FRAME = 320;
/** Whole waves in each frame, so that no two letters are mixed up. */
const hertzOf = (heard: number): number => 300 + 100 * heard;

/** A network of wav2vec 2.0's kind: each letter is a tone, and of each 20 ms it hears which tone that is. */
export function toneSpellerFolder(): ModelFolder {
  const filters = toneFiltersOfWaves(
    HEARD.map((_, at) => hertzOf(at)),
    { frame: FRAME, rate: RATE },
  );
  const silence = new Float32Array(VOCABULARY.length).fill(-5);
  silence[0] = 5;
  return {
    'config.json': jsonFile({
      ...{ model_type: 'wav2vec2', architectures: ['Wav2Vec2ForCTC'], vocab_size: VOCABULARY.length },
      pad_token_id: 0,
    }),
    'preprocessor_config.json': jsonFile({
      ...{ feature_extractor_type: 'Wav2Vec2FeatureExtractor', sampling_rate: RATE, feature_size: 1 },
      ...{ do_normalize: true, return_attention_mask: false, padding_value: 0 },
    }),
    'tokenizer_config.json': jsonFile({
      ...{ tokenizer_class: 'Wav2Vec2CTCTokenizer', pad_token: '<pad>', word_delimiter_token: '|' },
      ...{ bos_token: '<s>', eos_token: '</s>', unk_token: '<unk>' },
    }),
    'tokenizer.json': jsonFile({
      ...{ version: '1.0', truncation: null, padding: null, normalizer: null, post_processor: null },
      added_tokens: SPECIAL.slice(0, -1).map((content, id) => ({
        ...{ id, content, special: true, single_word: false, lstrip: false, rstrip: false },
        normalized: false,
      })),
      pre_tokenizer: { type: 'Split', pattern: { Regex: '' }, behavior: 'Isolated', invert: false },
      decoder: { type: 'CTC', pad_token: '<pad>', word_delimiter_token: '|', cleanup: true },
      model: {
        ...{
          type: 'WordPiece',
          unk_token: '<unk>',
          continuing_subword_prefix: '',
          max_input_chars_per_word: 100,
        },
        vocab: Object.fromEntries(VOCABULARY.map((token, id) => [token, id])),
      },
    }),
    'onnx/model.onnx': makeOnnx({
      inputs: { input_values: ['batch_size', 'sequence_length'] },
      outputs: { logits: ['batch_size', 'frames', VOCABULARY.length] },
      nodes: [
        ...filters.nodes,
        { operator: 'Transpose', inputs: ['powers'], outputs: ['frames'], attributes: { perm: [0, 2, 1] } },
        { operator: 'MatMul', inputs: ['frames', 'letters'], outputs: ['heard'] },
        { operator: 'Add', inputs: ['heard', 'silence'], outputs: ['logits'] },
      ],
      weights: {
        ...filters.weights,
        letters: tableOf(2 * HEARD.length, VOCABULARY.length, (row) => [
          [DELIMITER + Math.floor(row / 2), 20],
        ]),
        silence: { dims: [VOCABULARY.length], data: silence },
      },
    }),
  };
}

/** Of each letter; a gap of 20 ms follows, so that two of the same are two. */
const LETTER_FRAMES = 3;

/**
 * Writes speech that this model understands, as 16 kHz mono WAV: 80 ms for each letter and for each space.
 * @param options.pauseMs silence before, between and after the sentences
 */
export async function writeSpeltSpeech(
  path: string,
  sentences: readonly string[],
  { pauseMs }: { pauseMs: number },
): Promise<void> {
  const pause = new Array<number>((pauseMs * RATE) / 1000).fill(0);
  const samples = sentences.reduce<number[]>((all, text) => all.concat(tonesOf(text), pause), pause);
  await writeSamples(path, Int16Array.from(samples));
}

const tonesOf = (sentence: string): number[] =>
  [...sentence.toUpperCase().replaceAll(' ', '|'), '|'].flatMap((letter) => [
    ...Array.from(
      { length: LETTER_FRAMES * FRAME },
      (_, i) => 10_000 * Math.sin((2 * Math.PI * hertzOf(HEARD.indexOf(letter)) * i) / RATE),
    ),
    ...new Array<number>(FRAME).fill(0),
  ]);
