import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { SubmitJob } from '@intermodal/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentedExamples } from '../documented-example.ts';
import { speak, startRunningStack, type RunningStack } from '../running-stack.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const examples = documentedExamples('README.md', 'test/e2e/readme.test.ts');
const hasCurl = spawnSync('curl', ['--version']).status === 0;

let stack: RunningStack;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-readme-'));
  speak(['How much does it cost?', 'Thank you very much.'], join(folder, 'recording.wav'));
  stack = await startRunningStack();
});
afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true });
});

test.skipIf(!hasCurl)('the curl flow works as printed (skipped where there is no curl)', () => {
  const flow = examples.find(({ language }) => language === 'sh')!;
  execFileSync('bash', ['-euo', 'pipefail', '-c', flow.code], {
    cwd: folder,
    env: { ...process.env, INTERMODAL_URL: stack.url, INTERMODAL_KEY: stack.key },
  });
  expect(JSON.parse(readFileSync(join(folder, 'job.json'), 'utf8'))).toMatchObject({ status: 'completed' });
  expect(readFileSync(join(folder, 'spanish.wav')).subarray(0, 4).toString()).toBe('RIFF');
});

test('the document of a user runs as printed', async () => {
  const request = JSON.parse(examples.find(({ language }) => language === 'json')!.code) as SubmitJob;
  const { id } = await stack.client.artifacts.upload(join(folder, 'recording.wav'));
  const job = await stack.client.jobs.submit({ ...request, input: { film: { artifact: id } } });
  const done = await stack.client.jobs.wait(job.id, { pollMs: 50 });
  expect(done).toMatchObject({
    status: 'completed',
    output: { lines: [{ text: 'how much does it cost' }, { text: 'thank you very much' }] },
  });
});

test('every file that the documents link to is there', () => {
  for (const document of ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md']) {
    const links = [...readFileSync(join(ROOT, document), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)\)/g)];
    for (const [, link] of links) expect(existsSync(join(ROOT, link!)), `${document}: ${link}`).toBe(true);
  }
});
