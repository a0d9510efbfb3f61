import { Tensor, type PreTrainedModel, type PreTrainedTokenizer } from '@huggingface/transformers';
import { expect, it } from 'vitest';
import { generate } from './generate.ts';

it('says before it reads for how long nothing is heard: by what there is to read, in all rows', async () => {
  const said: (number | undefined)[] = [];
  const { signal } = new AbortController();
  const call = { signal, partial: () => {}, alive: (forMs?: number) => void said.push(forMs) };
  // What is of interest is what was said before.
  const model = {
    ...{ generation_config: null, config: {}, sessions: {} },
    generate: () => Promise.resolve(new Tensor('int64', new BigInt64Array(6), [2, 3])),
  } as unknown as PreTrainedModel;
  const input_ids = new Tensor('int64', new BigInt64Array(2_000), [2, 1_000]);
  const tokenizer = { eos_token_id: 2 } as unknown as PreTrainedTokenizer;
  await generate(model, { input_ids }, { call, maxTokens: 3, tokenizer });
  expect(said).toEqual([200_000]);
});
