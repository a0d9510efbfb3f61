import { AutoModel } from '@huggingface/transformers';
import type { LoadOptions, Runner, RunnerCall } from '../../hosts/runner.ts';
import { OpenedFolder } from '../open-folder.ts';
import { rowsOf } from '../rows-of.ts';
import { floatsOf, runModel } from '../run-model.ts';
import { contextTokensOf, tokenBatches, type TokenBatch } from '../token-batches.ts';
import type { EmbeddedTexts, EmbedTexts } from './text-encoder.ts';

/** Makes one vector of each text, many texts in one call. Interrupted between two calls. */
export async function load(options: LoadOptions): Promise<Runner> {
  const folder = new OpenedFolder(options);
  const [tokenizer, model] = await Promise.all([folder.tokenizer(), folder.model(AutoModel)]);
  const contextTokens = contextTokensOf(tokenizer, model.config);
  const { pooling = 'mean' } = folder.load;

  async function embed(texts: readonly string[], { signal, alive }: RunnerCall): Promise<EmbeddedTexts> {
    const { batches, counts } = tokenBatches(tokenizer, texts, { contextTokens });
    const vectors: (readonly number[])[] = [];
    for (const batch of batches) {
      signal.throwIfAborted();
      const outputs = await runModel(model, batch.inputs);
      const rows =
        // Some networks pool by themselves.
        'sentence_embedding' in outputs
          ? rowsOf(floatsOf(outputs, 'sentence_embedding'))
          : pooledRows(outputs, batch, pooling);
      batch.places.forEach((at, row) => (vectors[at] = rows[row]!));
      alive();
    }
    return { vectors, tokens: counts };
  }
  return { handle: (request, call) => embed((request as EmbedTexts).texts, call) };
}

type Outputs = Awaited<ReturnType<typeof runModel>>;

/** Of what was read, and not of what a text was filled up with. */
function pooledRows(
  outputs: Outputs,
  { inputs: { attention_mask } }: TokenBatch,
  pooling: 'mean' | 'first' | 'last',
): number[][] {
  const { data, dims } = floatsOf(outputs, 'last_hidden_state');
  const [rows, length, width] = dims as [number, number, number];
  const mask = attention_mask.data as BigInt64Array;
  return Array.from({ length: rows }, (_, row) => {
    const read = Array.from({ length }, (__, at) => at).filter((at) => mask[row * length + at] === 1n);
    const chosen = pooling === 'mean' ? read : [pooling === 'first' ? read[0]! : read.at(-1)!];
    const sums = new Array<number>(width).fill(0);
    for (const at of chosen)
      for (let i = 0; i < width; i++) sums[i]! += data[(row * length + at) * width + i]!;
    return sums.map((sum) => sum / chosen.length);
  });
}
