import { makeOnnx } from '../onnx/make-onnx.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';
import { SPECIAL } from './tokenizer-files.ts';

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz0123456789'];
const VOCABULARY = [...SPECIAL, ...LETTERS];
const RATE = 16_000;
/** Samples of each letter. */
const LETTER = 800;

/**
 * A voice of VITS's kind: each letter is a tone of 50 ms. Behind the end of a text that is shorter than others it hums, as the real one does.
 */
export function toneVoiceFolder(): ModelFolder {
  return {
    'config.json': jsonFile({
      ...{ model_type: 'vits', architectures: ['VitsModel'], sampling_rate: RATE },
    }),
    'tokenizer_config.json': jsonFile({
      ...{ tokenizer_class: 'VitsTokenizer', model_max_length: 2048 },
      ...{ pad_token: '<pad>', unk_token: '<unk>' },
    }),
    'tokenizer.json': jsonFile({
      ...{ version: '1.0', truncation: null, padding: null, post_processor: null, decoder: null },
      added_tokens: SPECIAL.map((content, id) => ({
        ...{ id, content, special: true, single_word: false, lstrip: false, rstrip: false },
        normalized: false,
      })),
      normalizer: { type: 'Lowercase' },
      pre_tokenizer: { type: 'Split', pattern: { Regex: '' }, behavior: 'Isolated', invert: false },
      model: {
        ...{
          type: 'WordPiece',
          unk_token: '<unk>',
          continuing_subword_prefix: '',
          max_input_chars_per_word: 1,
        },
        vocab: Object.fromEntries(VOCABULARY.map((token, id) => [token, id])),
      },
    }),
    'onnx/model.onnx': makeOnnx({
      inputs: {
        input_ids: { type: 'int64', dims: ['batch', 'length'] },
        attention_mask: { type: 'int64', dims: ['batch', 'length'] },
      },
      outputs: { waveform: ['batch', 'samples'], spectrogram: ['batch', 2, 'length'] },
      nodes: [
        { operator: 'Gather', inputs: ['tones', 'input_ids'], outputs: ['spoken'] },
        { operator: 'Reshape', inputs: ['spoken', 'flat'], outputs: ['waveform'] },
        { operator: 'Gather', inputs: ['levels', 'input_ids'], outputs: ['level'] },
        { operator: 'Cast', inputs: ['attention_mask'], outputs: ['mask'], attributes: { to: 1 } },
        { operator: 'Unsqueeze', inputs: ['mask', 'last'], outputs: ['read'] },
        { operator: 'Mul', inputs: ['level', 'read'], outputs: ['masked'] },
        {
          operator: 'Transpose',
          inputs: ['masked'],
          outputs: ['spectrogram'],
          attributes: { perm: [0, 2, 1] },
        },
      ],
      weights: {
        tones: tableOf(VOCABULARY.length, LETTER, (id) =>
          Array.from(
            { length: LETTER },
            (_, i) => [i, 0.3 * Math.sin((2 * Math.PI * hertzOf(id) * i) / RATE)] as const,
          ),
        ),
        levels: tableOf(VOCABULARY.length, 2, () => [
          [0, 1],
          [1, 1],
        ]),
        flat: { dims: [2], data: BigInt64Array.of(0n, -1n) },
        last: { dims: [1], data: BigInt64Array.of(2n) },
      },
    }),
  };
}

const hertzOf = (id: number): number => 100 + 20 * id;
