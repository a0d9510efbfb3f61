import type { ModelEntry } from '@intermodal/contracts';
import { tinyLanguageModel } from '@intermodal/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentedExamples } from '../documented-example.ts';
import { startStackOfOwnModels, type StackOfOwnModels } from '../own-models.ts';
import type { RunningStack } from '../running-stack.ts';

// A language model of one's own, described as docs/models.md shows it, pulled, and talked to through the whole stack.

let own: StackOfOwnModels;
let stack: RunningStack;
beforeAll(async () => {
  const [example] = documentedExamples('docs/models.md', 'test/e2e/own-language-model.test.ts');
  const entry = JSON.parse(example!.code) as ModelEntry;
  own = await startStackOfOwnModels([[entry, { 'model.gguf': tinyLanguageModel() }]]);
  ({ stack } = own);
});
afterAll(() => own.stop());

const say = (content: string) => ({
  pipeline: 'chat',
  input: { messages: [{ role: 'user', content }] },
});
const within = () => ({ signal: AbortSignal.timeout(60_000), pollMs: 50 });

test('conversations are answered, each with its own, and by the model that was described', async () => {
  const jobs = await Promise.all(
    Array.from({ length: 8 }, (_, i) => stack.client.jobs.submit(say(`go on from ${i + 1}`))),
  );
  const ended = await Promise.all(jobs.map(({ id }) => stack.client.jobs.wait(id, within())));
  const words = ['two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
  expect(ended.map(({ output }) => (output as { text: string }).text.split(' ')[0])).toEqual(words);
  const { tasks } = await stack.client.jobs.get(jobs[0]!.id, { tasks: true });
  expect(tasks).toMatchObject([{ engine: 'llama', model: 'house-model' }]);
});

test('what is written is told while it is, and is the answer in the end', async () => {
  const { id } = await stack.client.jobs.submit(say('in spanish, from one'));
  const told: string[] = [];
  for await (const event of stack.client.jobs.events(id, within()))
    if (event.type === 'task.partial') told.push((event.value as { text: string }).text);
  const { output } = await stack.client.jobs.get(id);
  expect(output).toMatchObject({
    text: 'dos tres cuatro cinco seis siete ocho nueve diez',
    finishReason: 'stop',
  });
  expect(told.join('')).toBe((output as { text: string }).text);
});

test('a conversation that is too long, and a schema that cannot be kept to, fail with what to do', async () => {
  const long = await stack.client.jobs.submit(say('x'.repeat(3_000)));
  expect((await stack.client.jobs.wait(long.id, within())).error).toMatchObject({
    code: 'input.too_large',
    path: 'reply',
  });
  const odd = await stack.client.jobs.submit({ ...say('one'), params: { schema: { pattern: '^a' } } });
  expect((await stack.client.jobs.wait(odd.id, within())).error).toMatchObject({
    code: 'input.invalid',
    message: expect.stringContaining("'schema.pattern'") as string,
  });
});

test('texts become vectors', async () => {
  const { id } = await stack.client.jobs.submit({
    pipeline: 'text-embedding',
    input: { texts: ['three', 'tres', 'nine'] },
  });
  const { output } = await stack.client.jobs.wait(id, within());
  const [three, tres, nine] = (output as { vectors: number[][] }).vectors;
  const cosine = (one: number[], other: number[]) =>
    one.reduce((sum, value, i) => sum + value * other[i]!, 0);
  expect(cosine(three!, tres!)).toBeGreaterThan(cosine(three!, nine!) + 0.5);
});
