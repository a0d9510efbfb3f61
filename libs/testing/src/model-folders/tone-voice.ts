import { makeOnnx } from '../onnx/make-onnx.ts';
import { LETTERS, letterTokenizer } from './letter-tokenizer.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';

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
    ...letterTokenizer('VitsTokenizer'),
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
        tones: tableOf(LETTERS.length, LETTER, (id) =>
          Array.from(
            { length: LETTER },
            (_, i) => [i, 0.3 * Math.sin((2 * Math.PI * hertzOf(id) * i) / RATE)] as const,
          ),
        ),
        levels: tableOf(LETTERS.length, 2, () => [
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
