import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelEntry, PipelineDocument } from '@intermodal/contracts';
import { makeOnnx } from '@intermodal/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startStackOfOwnModels, type StackOfOwnModels } from '../own-models.ts';
import type { RunningStack } from '../running-stack.ts';

// A network that nobody here has heard of: described in a file, pulled, and used by jobs, as docs/models.md says.

const COLOURS = ['red', 'green', 'blue'];

/** Logits over a picture of one pixel: its three colours. */
const network = makeOnnx({
  inputs: { input: ['batch', 1, 1, 3] },
  outputs: { logits: ['batch', 3] },
  nodes: [
    { operator: 'Flatten', inputs: ['input'], outputs: ['flat'], attributes: { axis: 1 } },
    { operator: 'MatMul', inputs: ['flat', 'weights'], outputs: ['logits'] },
  ],
  weights: { weights: { dims: [3, 3], data: Float32Array.of(9, 0, 0, 0, 9, 0, 0, 0, 9) } },
});
const classify: PipelineDocument = {
  name: 'say-the-colour',
  version: 1,
  input: { image: { media: 'image/*' } },
  nodes: {
    said: {
      ...{ stage: 'vision.classify@1', in: { image: '$input.image' }, params: { most: 1 }, onError: 'fail' },
    },
  },
  output: { tags: '$said.tags' },
};

let own: StackOfOwnModels;
let stack: RunningStack;
let folder: string;
beforeAll(async () => {
  const entry: ModelEntry = {
    ...{
      id: 'colours',
      summary: 'Says the colour.',
      engine: 'onnx',
      architecture: 'by hand',
      licence: 'own',
    },
    tasks: ['image.classify'],
    source: { kind: 'folder', folder: '/' },
    files: [{ file: 'model.onnx' }, { file: 'labels.txt' }],
    picture: { width: 1, height: 1, layout: 'NHWC', mean: [0, 0, 0], scale: [255, 255, 255] },
  };
  own = await startStackOfOwnModels([
    [entry, { 'model.onnx': network, 'labels.txt': Buffer.from(COLOURS.join('\n')) }],
  ]);
  ({ stack, folder } = own);
});
afterAll(() => own.stop());

const draw = (name: string, colour: string): string => {
  const to = join(folder, name);
  execFileSync('ffmpeg', [
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    `color=c=${colour}:s=64x48`,
    '-frames:v',
    '1',
    to,
  ]);
  return to;
};
const asked = async (picture: string) => {
  const { id } = await stack.client.artifacts.upload(picture);
  return { pipeline: classify, input: { image: { artifact: id } } };
};
const within = () => ({ signal: AbortSignal.timeout(60_000), pollMs: 50 });

test('many jobs of pictures get each its own answer, from the model that was described', async () => {
  const colours = ['red', 'lime', 'blue'];
  const each = await Promise.all(colours.map((colour) => asked(draw(`${colour}.png`, colour))));
  const wanted = Array.from({ length: 30 }, (_, i) => i % 3);
  const jobs = await Promise.all(wanted.map((which) => stack.client.jobs.submit(each[which]!)));
  const ended = await Promise.all(jobs.map(({ id }) => stack.client.jobs.wait(id, within())));
  expect(ended.map(({ output }) => (output as { tags: { label: string }[] }).tags[0]?.label)).toEqual(
    wanted.map((which) => COLOURS[which]),
  );
  const { tasks } = await stack.client.jobs.get(jobs[0]!.id, { tasks: true });
  expect(tasks).toMatchObject([{ engine: 'onnx-classifier', model: 'colours', device: 'cpu' }]);
});

test('a picture that is cut off fails alone, with its reason, among others that it travels with', async () => {
  const whole = draw('whole.png', 'blue');
  const cut = join(folder, 'cut.png');
  const bytes = await readFile(whole);
  await writeFile(cut, bytes.subarray(0, bytes.length / 2));
  const before = await stack.processes();
  const asking = await Promise.all([whole, cut, whole].map(asked));
  const jobs = await Promise.all(asking.map((job) => stack.client.jobs.submit(job)));
  const ended = await Promise.all(jobs.map(({ id }) => stack.client.jobs.wait(id, within())));
  expect(ended.map(({ status }) => status)).toEqual(['completed', 'failed', 'completed']);
  expect(ended[1]!.error).toMatchObject({ code: 'media.unreadable', path: 'said' });
  expect(await stack.processes()).toEqual(before);
  expect(stack.scratch()).toEqual([]);
});

test('a job whose model dies under it three times fails, and the next one is served', async () => {
  const job = await asked(draw('fatal.png', 'red'));
  const before = await stack.processes();
  const worker = before['worker-vision']!;
  const killed = new Set<number>();
  let inherited = '';
  const killing = setInterval(() => {
    for (const host of hostsOf(worker).filter((pid) => !killed.has(pid))) {
      inherited += ofProcess(host, 'environ');
      process.kill(host, 'SIGKILL');
      killed.add(host);
    }
  }, 5);
  try {
    const { id } = await stack.client.jobs.submit(job);
    const ended = await stack.client.jobs.wait(id, within());
    expect(ended.error).toMatchObject({ code: 'stage.crashed', path: 'said' });
    expect(ended.tasks).toMatchObject([{ status: 'failed', attempt: 3 }]);
    expect(killed.size).toBeGreaterThanOrEqual(3);
    expect(inherited).toContain('INTERMODAL_MODE=local');
    expect(inherited).not.toMatch(/postgres:|redis:|_KEY=/);
  } finally {
    clearInterval(killing);
  }
  const { id } = await stack.client.jobs.submit(job);
  expect((await stack.client.jobs.wait(id, within())).status).toBe('completed');
  expect(await stack.processes()).toEqual(before);
});

/** Processes of models that a worker has at this moment. */
const hostsOf = (worker: number): number[] =>
  readdirSync(`/proc/${worker}/task`)
    .flatMap((thread) => readFileSync(`/proc/${worker}/task/${thread}/children`, 'utf8').split(' '))
    .filter(Boolean)
    .map(Number)
    .filter((pid) => ofProcess(pid, 'cmdline').includes('host-child'));

const ofProcess = (pid: number, what: 'cmdline' | 'environ'): string => {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'utf8');
  } catch {
    return '';
  }
};
