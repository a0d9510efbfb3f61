import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PipelineDocument } from '@intermodal/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { documentedExamples } from '../documented-example.ts';
import { speak, startRunningStack, type RunningStack } from '../running-stack.ts';

// The examples of docs/pipelines.md on the real thing. What they mean in detail the unit tests say.

const examples = documentedExamples('docs/pipelines.md', 'test/architecture/pipeline-language.test.ts');
const example = (name: string): PipelineDocument =>
  examples.map(({ code }) => parse(code) as PipelineDocument).find((document) => document.name === name)!;

let stack: RunningStack;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-language-'));
  stack = await startRunningStack();
});
afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true });
});

const run = async (job: Parameters<RunningStack['client']['jobs']['submit']>[0]) => {
  const { id } = await stack.client.jobs.submit(job);
  return stack.client.jobs.wait(id, { pollMs: 50 });
};

test('items without an engine are null, and the job says so', async () => {
  const job = await run({ pipeline: example('three-languages'), input: { text: 'Thank you.' } });
  const { said } = job.output as { said: unknown[] };
  expect(job.status).toBe('completed');
  expect(said).toHaveLength(3);
  expect(said[0]).toMatchObject({ language: 'es', text: expect.stringMatching(/gracias/i) });
  expect(job.warnings.map(({ path }) => path)).toEqual(
    [0, 1, 2].filter((i) => said[i] === null).map((i) => `said[${i}].one`),
  );
});

test('a condition skips without a warning, a default stands in with one', async () => {
  const pipeline = example('translate-if-needed');
  const translate = (params: Record<string, string>) =>
    run({ pipeline, input: { text: 'Thank you.' }, params });
  expect(await translate({ from: 'en', to: 'en' })).toMatchObject({
    ...{ status: 'completed', output: { text: null }, warnings: [] },
  });
  expect(await translate({ from: 'en', to: 'xx' })).toMatchObject({
    ...{ status: 'completed', output: { text: '(no translation)' } },
    warnings: [{ path: 'translated', code: 'language.unsupported' }],
  });
});

test('a pipeline put in runs as if its nodes stood there', async () => {
  const { id } = await stack.client.artifacts.upload(
    speak(['Thank you very much.'], join(folder, 'one.wav')),
  );
  const job = await run({
    pipeline: {
      ...{ name: 'dubbed', version: 1, input: { film: { media: '*/*' } } },
      nodes: { dubbed: { pipeline: 'speech-to-speech@1', in: { audio: '$input.film' } } },
      output: { lines: '$dubbed.lines' },
    } as unknown as PipelineDocument,
    input: { film: { artifact: id } },
  });
  expect(job).toMatchObject({
    status: 'completed',
    output: { lines: [{ heard: 'thank you very much', said: expect.stringMatching(/gracias/i) }] },
  });
  expect(job.tasks!.map(({ path }) => path)).toContain('dubbed.lines[0].said');
});
