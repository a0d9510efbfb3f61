import { Tensor, type PreTrainedModel } from '@huggingface/transformers';
import { expect, it } from 'vitest';
import { readPrompt } from './read-prompt.ts';

const network = (...inputNames: string[]) => ({ inputNames, outputMetadata: [] });
const KEPT = ['past_key_values.0.key', 'past_key_values.0.value'];

it.each([
  [
    'in pieces what keeps keys and values',
    { model: network('input_ids', ...KEPT) },
    [51_200, 51_200, 17_600],
  ],
  ['in one what keeps something else, too', { model: network(...KEPT, 'past_conv.0') }, [120_000]],
  ['in one what has a branch for the first run', { model: network(...KEPT, 'use_cache_branch') }, [120_000]],
  ['in one what keeps nothing', { model: network('input_ids') }, [120_000]],
  ['in one what sees', { model: network(...KEPT), vision_encoder: network('pixel_values') }, [120_000]],
])('reads %s, and says before for how long nothing is heard, of all rows', async (_, sessions, expected) => {
  const said: (number | undefined)[] = [];
  const { signal } = new AbortController();
  const call = { signal, partial: () => {}, alive: (forMs?: number) => void said.push(forMs) };
  const generate = () => Promise.resolve();
  const model = { config: {}, sessions, generate } as unknown as PreTrainedModel;
  const tokens = () => new Tensor('int64', new BigInt64Array(1_200), [2, 600]);
  await readPrompt(model, { input_ids: tokens(), attention_mask: tokens() }, {}, call);
  expect(said).toEqual(expected);
});
