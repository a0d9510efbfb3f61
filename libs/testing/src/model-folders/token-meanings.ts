import { makeOnnx } from '../onnx/make-onnx.ts';
import { tableOf } from './model-folder.ts';

/** The network `embed_tokens`: a row of a table for each token. */
export const tokenMeanings = (...table: Parameters<typeof tableOf>): Uint8Array =>
  makeOnnx({
    inputs: { input_ids: { type: 'int64', dims: ['batch_size', 'length'] } },
    outputs: { inputs_embeds: ['batch_size', 'length', table[1]] },
    nodes: [{ operator: 'Gather', inputs: ['meanings', 'input_ids'], outputs: ['inputs_embeds'] }],
    weights: { meanings: tableOf(...table) },
  });
