import type { TinyGraph } from '../onnx/make-onnx.ts';
import type { tableOf } from './model-folder.ts';

export type Table = ReturnType<typeof tableOf>;

export const READS: TinyGraph['inputs'] = { input_ids: { type: 'int64', dims: ['batch', 'length'] } };

/** A network for texts that adds up what its words mean, and hears what is not masked. */
export const maskedSum = (meanings: Table, output: string): TinyGraph => ({
  inputs: { ...READS, attention_mask: { type: 'int64', dims: ['batch', 'length'] } },
  outputs: { [output]: ['batch', meanings.dims[1]!] },
  nodes: [
    { operator: 'Gather', inputs: ['meanings', 'input_ids'], outputs: ['all'] },
    { operator: 'Cast', inputs: ['attention_mask'], outputs: ['mask'], attributes: { to: 1 } },
    { operator: 'Unsqueeze', inputs: ['mask', 'last'], outputs: ['read'] },
    { operator: 'Mul', inputs: ['all', 'read'], outputs: ['heard'] },
    { operator: 'ReduceSum', inputs: ['heard', 'along'], outputs: [output], attributes: { keepdims: 0 } },
  ],
  weights: {
    meanings,
    last: { dims: [1], data: BigInt64Array.of(2n) },
    along: { dims: [1], data: BigInt64Array.of(1n) },
  },
});
