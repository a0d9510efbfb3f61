import { makeOnnx } from '../onnx/make-onnx.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';
import { tokenizerFiles, vocabularyOf } from './tokenizer-files.ts';

const ENGLISH = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const SPANISH = ['uno', 'dos', 'tres', 'cuatro', 'cinco', 'seis', 'siete', 'ocho', 'nueve', 'diez'];
/** A number is where its meaning is, in either language; every other word is in the last place. */
const WIDTH = ENGLISH.length + 1;

/**
 * A sentence model for which a number is the same in English and in Spanish. The vector of each token is its own and the mean of all that
 * were read: so what a text was filled up with, where it is read too, changes the answer.
 */
export function textEncoderFolder(
  options: { around?: readonly string[]; dtype?: 'fp32' | 'q8' } = {},
): ModelFolder {
  const { around = ['<s>', '$A', '</s>'] } = options;
  const tokenizer = { words: [...ENGLISH, ...SPANISH], kind: 'BertTokenizer', around };
  const vocabulary = vocabularyOf(tokenizer);
  const meanings = tableOf(vocabulary.length, WIDTH, (row) => {
    const word = vocabulary[row]!;
    // What texts are filled up with means much, where it is heard.
    if (word === '<pad>') return [[WIDTH - 1, 9]];
    if (word === '<s>' || word === '</s>') return [];
    const number = Math.max(ENGLISH.indexOf(word), SPANISH.indexOf(word));
    return [[number < 0 ? WIDTH - 1 : number, 1]];
  });
  return {
    ...tokenizerFiles(tokenizer),
    'config.json': jsonFile({ model_type: 'bert', architectures: ['BertModel'], hidden_size: WIDTH }),
    [`onnx/model${options.dtype === 'q8' ? '_quantized' : ''}.onnx`]: makeOnnx({
      inputs: {
        input_ids: { type: 'int64', dims: ['batch', 'length'] },
        attention_mask: { type: 'int64', dims: ['batch', 'length'] },
        token_type_ids: { type: 'int64', dims: ['batch', 'length'] },
      },
      outputs: { last_hidden_state: ['batch', 'length', WIDTH] },
      nodes: [
        { operator: 'Gather', inputs: ['meanings', 'input_ids'], outputs: ['own'] },
        { operator: 'Cast', inputs: ['attention_mask'], outputs: ['mask'], attributes: { to: 1 } },
        { operator: 'Unsqueeze', inputs: ['mask', 'last'], outputs: ['read'] },
        { operator: 'Mul', inputs: ['own', 'read'], outputs: ['heard'] },
        { operator: 'ReduceSum', inputs: ['heard', 'along'], outputs: ['sum'] },
        { operator: 'ReduceSum', inputs: ['read', 'along'], outputs: ['count'] },
        { operator: 'Div', inputs: ['sum', 'count'], outputs: ['mean'] },
        { operator: 'Add', inputs: ['own', 'mean'], outputs: ['last_hidden_state'] },
      ],
      weights: {
        meanings,
        last: { dims: [1], data: BigInt64Array.of(2n) },
        along: { dims: [1], data: BigInt64Array.of(1n) },
      },
    }),
  };
}
