import { readdir, readFile, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { file, IntermodalError, newUuid, showId, type ArtifactRef } from '@intermodal/contracts';
import { catalogueOf, compile, defineStage, type JobRow } from '@intermodal/pipeline';
import { LOCAL_TENANT, type Records } from '@intermodal/records';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { WorkerSurroundings } from './worker-surroundings.testing.ts';
import type { RunningWorker } from './worker.ts';

/** Gates that a running stage waits at, by the text it was given. */
const gates = new Map<string, PromiseWithResolvers<void>>();
const reached = new Map<string, PromiseWithResolvers<void>>();
const gateOf = (map: typeof gates, name: string) => {
  if (!map.has(name)) map.set(name, Promise.withResolvers());
  return map.get(name)!;
};

const stages = catalogueOf([
  defineStage({
    name: 'text.split',
    version: 1,
    pool: 'text',
    summary: 'One small file for each word of a file.',
    input: z.object({ text: file('text/*') }),
    output: z.object({ words: z.array(z.object({ file: file('text/plain'), length: z.number() })) }),
    async run({ text }, { scratch }) {
      const words = (await readFile(text.path, 'utf8')).split(' ').filter((word) => word !== '');
      return {
        words: await Promise.all(
          words.map(async (word, i) => {
            const out = scratch(`word-${i}.txt`, 'text/plain');
            await writeFile(out.path, word);
            return { file: out, length: word.length };
          }),
        ),
      };
    },
  }),
  defineStage({
    name: 'text.upper',
    version: 1,
    pool: 'text',
    summary: 'In capitals, or in trouble.',
    input: z.object({ file: file('text/plain') }),
    params: z.object({ repeat: z.number().default(1) }),
    output: z.object({ text: z.string(), long: z.array(z.string()).optional() }),
    limits: { attempts: 2, timeoutMs: 5_000 },
    async run({ file: from }, { params, signal }) {
      const word = await readFile(from.path, 'utf8');
      if (word === 'bad') throw new IntermodalError('media.unreadable', 'bad is not a word; use another.');
      if (word === 'nul') return { text: 'a\u0000b' };
      if (word === 'long') return { text: word, long: Array.from({ length: 5_000 }, (_, i) => `line ${i}`) };
      if (word.startsWith('wait')) {
        gateOf(reached, word).resolve();
        await Promise.race([
          gateOf(gates, word).promise,
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
        ]);
      }
      return { text: word.toUpperCase().repeat(params.repeat) };
    },
  }),
  defineStage({
    name: 'text.count',
    version: 1,
    pool: 'text',
    summary: 'How many.',
    input: z.object({ list: z.array(z.string()) }),
    output: z.object({ count: z.number() }),
    run: async ({ list }) => ({ count: list.length }),
  }),
]);

const document = {
  name: 'capitals',
  version: 1,
  input: { text: { media: 'text/*' } },
  params: { type: 'object', properties: { repeat: { type: 'number', default: 2 } } },
  nodes: {
    split: { stage: 'text.split@1', in: { text: '$input.text' } },
    words: {
      each: '$split.words',
      as: 'word',
      nodes: {
        upper: { stage: 'text.upper@1', in: { file: '$word.file' }, params: { repeat: '$params.repeat' } },
        count: { stage: 'text.count@1', in: { list: '$upper.long' } },
      },
      collect: { length: '$word.length', text: '$upper.text', lines: '$count.count' },
    },
  },
  output: { words: '$words' },
};

let surroundings: WorkerSurroundings;
let records: Records;
let worker: RunningWorker;
const changed = new Set<() => void>();

beforeAll(async () => {
  surroundings = await WorkerSurroundings.open();
  ({ records } = surroundings);
  await surroundings.queue.listen(() => changed.forEach((look) => look()));
  worker = await surroundings.start(stages);
});
afterAll(() => surroundings[Symbol.asyncDispose]());

async function upload(content: string): Promise<ArtifactRef> {
  const id = newUuid();
  const options = { mediaType: 'text/plain', maxBytes: 1_000_000, signal: new AbortController().signal };
  const ref = {
    id: showId('artifact', id),
    mediaType: 'text/plain',
    ...(await surroundings.store.put(id, Readable.from([Buffer.from(content)]), options)),
  };
  await records.artifacts.add(LOCAL_TENANT, ref);
  return ref;
}

async function submit(content: string): Promise<string> {
  const input = { text: await upload(content) };
  const plan = compile(document, stages);
  const job = { id: newUuid(), tenantId: LOCAL_TENANT, plan, input, params: { repeat: 2 }, metadata: {} };
  const { jobId, waiting } = await records.jobs.submit(job);
  await surroundings.admission.open(waiting);
  return jobId;
}

/** Resolves when the job is final. Looks whenever a change is announced. */
async function ended(jobId: string): Promise<JobRow> {
  const { promise, resolve, reject } = Promise.withResolvers<JobRow>();
  const look = (): void => {
    records.jobs
      .get(LOCAL_TENANT, jobId)
      .then((job) => job!.finishedAt && resolve(job!))
      .catch(reject);
  };
  changed.add(look);
  look();
  try {
    return await promise;
  } finally {
    changed.delete(look);
  }
}

const scratchOfTasks = async (): Promise<string[]> =>
  (await readdir(surroundings.scratchFolder, { recursive: true })).filter((path) => path.includes('/'));

test('files go in and out, params reach their node, an absent value skips what needs it', async () => {
  const job = await ended(await submit('one three'));
  expect(job.state).toBe('completed');
  expect(job.output).toEqual({
    words: [
      { length: 3, text: 'ONEONE', lines: null },
      { length: 5, text: 'THREETHREE', lines: null },
    ],
  });
  expect((await records.jobs.tasks(job.id, 100)).map(({ path, state }) => [path, state])).toEqual([
    ['split', 'completed'],
    ['words', 'completed'],
    ['words[0].upper', 'completed'],
    ['words[0].count', 'skipped'],
    ['words[1].upper', 'completed'],
    ['words[1].count', 'skipped'],
  ]);
  expect(await records.jobs.warnings(job.id)).toContainEqual({
    code: 'input.absent',
    path: 'words[0].count',
    message: "words[0].count was skipped: its input 'list' has no value.",
  });
  expect(await scratchOfTasks()).toEqual([]);
});

test('nothing to walk over is an empty list', async () => {
  const job = await ended(await submit(' '));
  expect(job).toMatchObject({ state: 'completed', output: { words: [] } });
});

test('a large value travels as an artifact, and stages do not notice', async () => {
  const job = await ended(await submit('long'));
  expect(job.output).toEqual({ words: [{ length: 4, text: 'long', lines: 5_000 }] });
});

test('an input that an engine cannot read fails its job with one sentence', async () => {
  const job = await ended(await submit('good bad'));
  expect(job).toMatchObject({
    state: 'failed',
    error: { code: 'media.unreadable', path: 'words[1].upper', message: 'bad is not a word; use another.' },
  });
});

test('an output that the database cannot hold fails its own job, and no neighbour', async () => {
  const [bad, good] = await Promise.all([submit('nul').then(ended), submit('fine').then(ended)]);
  expect(bad).toMatchObject({ state: 'failed', error: { code: 'stage.output_invalid' } });
  expect(good.state).toBe('completed');
});

test('cancelling ends running work within a heartbeat, and nothing of it stays', async () => {
  const jobId = await submit('wait-cancel');
  await gateOf(reached, 'wait-cancel').promise;
  expect(await records.jobs.cancel(LOCAL_TENANT, jobId)).toBe(true);
  expect((await ended(jobId)).state).toBe('cancelled');
  // The slot and the scratch folder are free again: the next job with as many tasks as slots runs.
  const next = await ended(await submit('a b c'));
  expect(next.state).toBe('completed');
  await expect.poll(scratchOfTasks).toEqual([]);
});

test('Redis may lose a delivery: the sweeper sends it again', async () => {
  const input = { text: await upload('lost') };
  const plan = compile(document, stages);
  const job = { id: newUuid(), tenantId: LOCAL_TENANT, plan, input, params: { repeat: 1 }, metadata: {} };
  const { jobId } = await records.jobs.submit(job);
  expect((await ended(jobId)).output).toEqual({ words: [{ length: 4, text: 'LOST', lines: null }] });
}, 20_000);

describe('draining', () => {
  test('a task that does not end in time is handed back and runs elsewhere', async () => {
    const jobId = await submit('wait-drain');
    await gateOf(reached, 'wait-drain').promise;
    await worker.drain();
    expect((await records.jobs.tasks(jobId, 10)).at(-2)).toMatchObject({
      path: 'words[0].upper',
      state: 'ready',
      attempt: 1,
    });
    gateOf(gates, 'wait-drain').resolve();
    worker = await surroundings.start(stages);
    const job = await ended(jobId);
    expect(job.state).toBe('completed');
    expect((await records.jobs.tasks(jobId, 10)).at(-2)).toMatchObject({ attempt: 2 });
  });
});
