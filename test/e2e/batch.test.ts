import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { BatchResult } from '@intermodal/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentedExamples } from '../documented-example.ts';
import { startRunningStack, type RunningStack } from '../running-stack.ts';

const CLI = resolve(import.meta.dirname, '../../apps/cli/dist/main.js');
const run = promisify(execFile);

let stack: RunningStack;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-batch-'));
  stack = await startRunningStack();
});
afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true });
});

const translate = {
  name: 'translate-only',
  version: 1,
  input: { text: { type: 'string' } },
  params: { type: 'object', properties: { to: { type: 'string' } } },
  nodes: {
    said: { stage: 'text.translate@1', in: { text: '$input.text' }, params: { to: '$params.to' } },
  },
  output: { text: '$said.text' },
};

const NUMBERS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const THINGS = ['cat', 'dog', 'house', 'tree', 'book', 'table', 'bridge', 'station', 'ticket', 'train'];
const PLACES = ['in the garden', 'on the street', 'near the church'];
/** 300 sentences, no two alike. */
const sentences = NUMBERS.flatMap((number) =>
  THINGS.flatMap((thing) => PLACES.map((place) => `I see ${number} ${thing} ${place}.`)),
);

test('300 distinct rows are translated, and three bad ones are named by their lines', async () => {
  const lines = sentences.map((text, i) => JSON.stringify({ custom_id: `s${i}`, input: { text } }));
  lines.splice(50, 0, '{"custom_id": "broken", "input": ');
  lines.splice(150, 0, JSON.stringify({ custom_id: 's7', input: { text: 'Again.' } }));
  lines.splice(250, 0, JSON.stringify({ custom_id: 'odd', input: { text: 'Hello.' }, speed: 3 }));
  const file = new Blob([lines.join('\n')], { type: 'application/jsonl' });
  const { id: artifact } = await stack.client.artifacts.upload(file);

  const startedMs = performance.now();
  const { id } = await stack.client.batches.submit({
    pipeline: translate as never,
    params: { to: 'es' },
    artifact,
  });
  const acceptedMs = performance.now() - startedMs;
  const percents: number[] = [];
  const batch = await stack.client.batches.wait(id, {
    pollMs: 100,
    onChange: ({ percent }) => percents.push(percent),
  });
  const endedMs = performance.now() - startedMs;

  expect(batch).toMatchObject({
    status: 'completed',
    percent: 100,
    counts: { total: 303, completed: 300, failed: 0, invalid: 3 },
  });
  expect(percents).toEqual(percents.toSorted((a, b) => a - b));
  expect(batch.errors.map(({ line, customId, message }) => [line, customId, message])).toEqual([
    [51, undefined, expect.stringMatching(/^Line 51 is not JSON/)],
    [151, 's7', "row.custom_id: 's7' is used on line 8 already."],
    [251, 'odd', expect.stringMatching(/speed/)],
  ]);
  const results: BatchResult[] = [];
  for await (const result of stack.client.batches.results(id)) results.push(result);
  expect(results.map(({ line }) => line)).toEqual(Array.from({ length: 303 }, (_, i) => i + 1));
  const texts = results.flatMap(({ output }) => (output ? [output.text as string] : []));
  expect(new Set(texts).size).toBe(300);
  expect(results[0]).toMatchObject({ custom_id: 's0', output: { text: expect.stringMatching(/gato/) } });
  console.info(
    `303 rows accepted in ${Math.round(acceptedMs)} ms, 300 jobs ended in ${Math.round(endedMs)} ms: ` +
      `${((300 / endedMs) * 1000).toFixed(0)} rows/s. First: ${sentences[0]} -> ${texts[0]}`,
  );
});

test('the command line sends a batch, shows it, and prints its results', async () => {
  const env = { ...process.env, INTERMODAL_URL: stack.url, INTERMODAL_KEY: stack.key };
  const intermodal = (...args: string[]) => run(process.execPath, [CLI, ...args], { env });
  const [pipeline, rows] = [join(folder, 'translate.yaml'), join(folder, 'rows.jsonl')];
  const [document, lines] = documentedExamples('docs/batches.md', 'test/e2e/batch.test.ts');
  await writeFile(pipeline, document!.code);
  await writeFile(rows, lines!.code);
  const { stdout } = await intermodal('batch', 'submit', pipeline, rows, '-p', 'to=es', '--wait', '--json');
  const { id, status } = JSON.parse(stdout) as { id: string; status: string };
  expect(status).toBe('completed');
  const results = (await intermodal('batch', 'results', id)).stdout.trim().split('\n');
  expect(results.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { custom_id: 'a', status: 'completed' },
    { custom_id: 'b', status: 'completed' },
  ]);
  expect((await intermodal('batch', 'errors', id)).stdout).toBe('');
  expect((await intermodal('batch', 'status', id)).stdout).toMatch(
    /completed.*100 %[\s\S]*2 rows, 2 completed/,
  );
  expect((await intermodal('batch', 'list')).stdout).toContain(id);
  await expect(intermodal('batch', 'status', 'bat_00000000000000000000000000')).rejects.toMatchObject({
    code: 2,
  });
});

test('the command line receives and verifies what a batch tells its webhook', async () => {
  const { promise: listening, resolve: listens } = Promise.withResolvers<string>();
  const env = { ...process.env, INTERMODAL_URL: stack.url, INTERMODAL_KEY: stack.key };
  // The secret is known only once the batch is sent: the port is found first, then taken again.
  const probe = execFile(process.execPath, [CLI, 'webhooks', 'listen'], { env });
  probe.stderr!.once('data', (data: string) => listens(/http:\S+/.exec(data)![0]));
  const url = await listening;
  const gone = new Promise((done) => probe.once('close', done));
  probe.kill('SIGKILL');
  await gone;
  const batch = await stack.client.batches.submit({
    pipeline: translate as never,
    params: { to: 'es' },
    rows: [{ custom_id: 'a', input: { text: 'Good morning.' } }],
    webhook: { url },
  });
  const { stdout } = await run(
    process.execPath,
    [
      CLI,
      ...['webhooks', 'listen', '--port', new URL(url).port, '--secret', batch.webhook!.secret],
      ...['--count', '1', '--json'],
    ],
    { env },
  );
  const received = JSON.parse(stdout) as { verified: boolean; body: string };
  expect(received.verified).toBe(true);
  expect(JSON.parse(received.body)).toMatchObject({
    type: 'batch.completed',
    data: { batch: batch.id, status: 'completed', counts: { total: 1, completed: 1 } },
  });
});
