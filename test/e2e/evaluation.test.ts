import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { sharedFolder } from '@intermodal/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentedExamples } from '../documented-example.ts';
import { speak, startRunningStack, type RunningStack } from '../running-stack.ts';

// Pipelines held to what is known, as docs/evaluation.md says.

let stack: RunningStack;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-evaluation-'));
  stack = await startRunningStack();
});
afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true });
});

interface Report {
  readonly right: number;
  readonly wrong: number;
  readonly failed: number;
  readonly score: number;
  readonly precision?: number;
  readonly recall?: number;
  readonly results: readonly { readonly custom_id: string; readonly answer: string | null }[];
}

/** What it ended with, and what it printed. */
async function evaluate(...args: string[]): Promise<{ code: number; report: Report }> {
  const main = resolve(import.meta.dirname, '../../apps/cli/dist/main.js');
  const env = { ...process.env, INTERMODAL_URL: stack.url, INTERMODAL_KEY: stack.key };
  const ran = await promisify(execFile)(process.execPath, [main, 'eval', ...args, '--json'], { env }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code: number; stdout: string }) => error,
  );
  return { code: ran.code, report: JSON.parse(ran.stdout) as Report };
}

test('translations are held to what was expected, one by one', async () => {
  const pipeline = join(folder, 'translation.yaml');
  await writeFile(
    pipeline,
    `name: translation-of-text
version: 1
input: { text: { type: string } }
nodes: { said: { stage: text.translate@1, in: { text: $input.text }, params: { to: es } } }
output: { text: $said.text }
`,
  );
  const [documented] = documentedExamples('docs/evaluation.md', 'test/e2e/evaluation.test.ts');
  const rows = join(folder, 'rows.jsonl');
  const other = { custom_id: 'b', input: { text: 'the house' }, expected: 'el perro' };
  await writeFile(rows, `${JSON.stringify(JSON.parse(documented!.code))}\n${JSON.stringify(other)}\n`);
  const all = ['--output', 'text', '--measure', 'exact'];
  const good = await evaluate(pipeline, rows, ...all, '--min', '0.5');
  expect(good).toMatchObject({ code: 0, report: { right: 1, wrong: 1, failed: 0, score: 0.5 } });
  expect(await evaluate(pipeline, rows, ...all, '--min', '0.6')).toMatchObject({ code: 1 });
});

test('a recording beside the rows is uploaded; one that cannot be read counts as wrong', async () => {
  await writeFile(join(folder, 'broken.wav'), 'no sound');
  const recording = speak(['how old is the brooklyn bridge'], join(folder, 'bridge.wav'));
  const rows = join(folder, 'recordings.jsonl');
  const row = (id: string, file: string, expected: string) =>
    JSON.stringify({ custom_id: id, input: { audio: { file } }, expected });
  await writeFile(
    rows,
    `${row('good', recording, 'how old is the brooklyn bridge')}\n${row('bad', 'broken.wav', 'six words that nobody ever said')}\n`,
  );
  const { report } = await evaluate('transcription', rows, '--output', 'lines.*.text', '--measure', 'words');
  expect(report).toMatchObject({
    failed: 1,
    results: [{ custom_id: 'good' }, { custom_id: 'bad', answer: null }],
  });
  expect(report.score).toBeGreaterThanOrEqual(0.5);
  expect(report.score).toBeLessThan(0.9);
});

test.skipIf(!sharedFolder())(
  'detections agree with what photographs show (skipped where ../shared is absent)',
  async () => {
    const [pipeline, rows] = ['things.yaml', 'photographs.jsonl'].map((file) =>
      join(import.meta.dirname, file),
    );
    const all = ['--output', 'objects', '--measure', 'objects'];
    const { code, report } = await evaluate(pipeline!, rows!, ...all, '--min', '0.7');
    expect(report).toMatchObject({ failed: 0 });
    // docs/measured/detections.md has what was measured.
    expect(report.precision).toBeGreaterThanOrEqual(0.8);
    expect(report.recall).toBeGreaterThanOrEqual(0.6);
    expect(code).toBe(0);
  },
);
