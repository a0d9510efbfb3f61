import { newUuid } from '@intermodal/contracts';
import { loadEngines } from '@intermodal/engines';
import { EngineRoom, type Chosen, type Translator } from '@intermodal/models';
import { compile, type StageCatalogue } from '@intermodal/pipeline';
import { LOCAL_TENANT } from '@intermodal/records';
import { loadShippedStages } from '@intermodal/stages';
import { openMetrics } from '@intermodal/telemetry';
import { storeOfFolder, translatorFolder } from '@intermodal/testing';
import { testContext } from '@intermodal/testing/engine-contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WorkerSurroundings } from './worker-surroundings.testing.ts';

const SLOTS = 3;
const document = {
  name: 'translate',
  version: 1,
  summary: 'Translates.',
  input: { text: { type: 'string' } },
  params: { type: 'object', properties: { from: { type: 'string' }, to: { type: 'string' } } },
  nodes: {
    said: {
      stage: 'text.translate@1',
      in: { text: '$input.text' },
      params: { from: '$params.from', to: '$params.to' },
    },
  },
  output: { text: '$said.text' },
};

let stages: StageCatalogue;
let chosen: Chosen<Translator>;
const parts = new AsyncDisposableStack();
beforeAll(async () => {
  stages = new Map([...(await loadShippedStages())].filter(([key]) => key === 'text.translate@1'));
  // A model of many languages, so that one process answers whatever is asked.
  const folder = translatorFolder({ kind: 'm2m_100' });
  const model = parts.use(await storeOfFolder(folder, { id: 'tiny-translator', tasks: ['text.translate'] }));
  const room = new EngineRoom(await loadEngines(), { Translator: ['transformers'] }, testContext(model));
  parts.defer(() => room.close());
  chosen = (await room.resolve('Translator')) as Chosen<Translator>;
});
afterAll(() => parts.disposeAsync());

/** A call of the translator. It is made when it is let through. */
interface Call {
  readonly texts: readonly string[];
  readonly pair: string;
}

/** A worker that translates, and the calls that it makes. */
async function translating(own: AsyncDisposableStack, engine: string) {
  const surroundings = own.use(await WorkerSurroundings.open());
  const { records, admission } = surroundings;
  const metrics = openMetrics({ from: 'workers', labels: { pool: 'text' } });
  const calls: Call[] = [];
  const gate = Promise.withResolvers<void>();
  const translator: Translator = {
    async translate(texts, options) {
      const pair = `${options.from}>${options.to}`;
      calls.push({ texts, pair });
      if (pair === 'en>es') await gate.promise;
      return chosen.use.translate(texts, options);
    },
  };
  await surroundings.start(stages, {
    ...{ slots: SLOTS, metrics, engines: { Translator: { engine, device: 'cpu' } } },
    resolveNeeds: async () => ({ translator: { use: translator, engine, device: 'cpu' } }),
  });
  const plan = compile(document, stages);
  return {
    ...{ calls, gate, records },
    async submit(text: string, [from, to] = ['en', 'es'] as [string, string]): Promise<string> {
      const params = { from, to };
      const job = { id: newUuid(), tenantId: LOCAL_TENANT, plan, input: { text }, params, metadata: {} };
      const { jobId, waiting } = await records.jobs.submit(job);
      await admission.open(waiting);
      return jobId;
    },
    async running(): Promise<number> {
      const told = /intermodal_tasks_running\{stage="text.translate@1".*\} (\d+)/.exec(
        (await metrics.answer()).body,
      );
      return Number(told?.[1] ?? 0);
    },
    async ended(jobId: string) {
      const state = async () => (await records.jobs.get(LOCAL_TENANT, jobId))!.finishedAt !== null;
      await expect.poll(state, { timeout: 20_000 }).toBe(true);
      const { output, error } = (await records.jobs.get(LOCAL_TENANT, jobId))!;
      return output?.text ?? error?.code;
    },
  };
}

const WAIT = { timeout: 20_000 };

test('translations of many jobs go through a model together: each its own, of one pair of languages', async () => {
  await using own = new AsyncDisposableStack();
  const { calls, gate, records, submit, running, ended } = await translating(own, 'transformers');
  const first = await submit('the house');
  await expect.poll(() => calls.length, WAIT).toBe(1);
  const said = ['the red house', 'red', 'the house is big', 'the house', 'is'];
  const others = await Promise.all(said.map((text) => submit(text)));
  const unwanted = await submit('small');
  const french = await Promise.all(['the house', 'red'].map((text) => submit(text, ['en', 'fr'])));
  // Beyond what the model reads, which is heard only in the call.
  const long = await submit('red '.repeat(70));
  expect(await Promise.all(french.map(ended))).toEqual(['le maison', 'rouge']);
  // More than there are slots: who only waits for the model has none.
  await expect.poll(running, WAIT).toBe(said.length + 3);
  await records.jobs.cancel(LOCAL_TENANT, unwanted);
  await expect.poll(running, WAIT).toBe(said.length + 2);
  gate.resolve();
  expect(await ended(first)).toBe('la casa');
  expect(await Promise.all(others.map(ended))).toEqual([
    'la roja casa',
    'roja',
    'la casa es grande',
    'la casa',
    'es',
  ]);
  expect(await ended(long)).toBe('input.too_large');
  const spanish = calls.filter(({ pair }) => pair === 'en>es').map(({ texts }) => texts.length);
  // Alone, all others together, and those in halves until the one that fails is alone.
  expect(spanish.slice(0, 2)).toEqual([1, said.length + 1]);
  expect(calls.flatMap(({ texts }) => texts)).not.toContain('small');
  expect(calls.filter(({ pair }) => pair !== 'en>es').every(({ pair }) => pair === 'en>fr')).toBe(true);
});

test('a long text goes by itself: others do not wait for all its sentences', async () => {
  await using own = new AsyncDisposableStack();
  const { calls, gate, submit, ended } = await translating(own, 'transformers');
  const long = 'The house is big. '.repeat(60);
  const jobs = [await submit('red'), await submit(long), await submit(long)];
  await expect.poll(() => calls.map(({ texts }) => texts.length), WAIT).toEqual([1, 1, 1]);
  gate.resolve();
  const [red, ...both] = await Promise.all(jobs.map(ended));
  expect([red, ...new Set(both)]).toEqual(['roja', 'la casa es grande. '.repeat(60)]);
});

test('through an engine that takes one at a time each has a slot of its own', async () => {
  await using own = new AsyncDisposableStack();
  const { calls, gate, submit, running, ended } = await translating(own, 'apertium');
  const jobs: string[] = [];
  for (let i = 0; i < 2 * SLOTS; i++) jobs.push(await submit(`house ${i}`));
  await expect.poll(() => calls.length, WAIT).toBe(SLOTS);
  expect(await running()).toBe(SLOTS);
  gate.resolve();
  expect(await Promise.all(jobs.map(ended))).toEqual(jobs.map((_, i) => `casa ${i}`));
  expect(calls.map(({ texts }) => texts.length)).toEqual(jobs.map(() => 1));
});
