import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IntermodalApiError } from '@intermodal/client';
import { sharedFolder } from '@intermodal/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { speak, startRunningStack, type RunningStack } from '../running-stack.ts';

const shared = sharedFolder();
let stack: RunningStack;
let folder: string;
let good: string;
let processes: Record<string, number>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-bad-'));
  good = speak(['Thank you very much.'], join(folder, 'good.wav'));
  stack = await startRunningStack();
  processes = await stack.processes();
});
afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true });
});

interface Refusal {
  readonly code: string;
  readonly sentence: string;
}

/** The job must end, or be refused, within 10 s: the client's signal sees to it. */
async function refusalOf(
  work: (signal: AbortSignal) => Promise<{ status: string; error?: { code: string; message: string } }>,
): Promise<Refusal> {
  try {
    const job = await work(AbortSignal.timeout(10_000));
    expect(job.status).toBe('failed');
    return { code: job.error!.code, sentence: job.error!.message };
  } catch (error) {
    if (!(error instanceof IntermodalApiError)) throw error;
    return { code: error.code, sentence: error.detail };
  }
}

const submit = (job: object) =>
  refusalOf(async (signal) => {
    const { id } = await stack.client.jobs.submit(job as never, { signal });
    return stack.client.jobs.wait(id, { signal, pollMs: 50 });
  });

const runFile = (file: string, params: object = {}) =>
  refusalOf(async (signal) => {
    const { id: artifact } = await stack.client.artifacts.upload(file, { signal });
    const { id } = await stack.client.jobs.submit(
      { pipeline: 'speech-to-speech', input: { audio: { artifact } }, params: params as never },
      { signal },
    );
    return stack.client.jobs.wait(id, { signal, pollMs: 50 });
  });

async function unharmed(): Promise<void> {
  expect(await stack.processes()).toEqual(processes);
  await expect.poll(() => stack.scratch()).toEqual([]);
}

const made = async (name: string, content: string | Buffer): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};

describe('files', () => {
  test.each<[what: string, code: string, make: () => Promise<string>]>([
    ['a text renamed .wav', 'media.unreadable', () => made('text.wav', 'This is no sound.\n'.repeat(100))],
    [
      'headerless raw audio',
      'media.unreadable',
      async () => made('raw.wav', (await readFile(good)).subarray(44)),
    ],
    ['0 bytes', 'input.invalid', () => made('empty.wav', '')],
    [
      'random bytes',
      'media.unreadable',
      () => made('noise.mp4', Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 7919) % 251))),
    ],
    [
      'a header and nothing more',
      'media.unreadable',
      async () => {
        const path = await made('header.mp4', await readFile(good));
        await truncate(path, 20);
        return path;
      },
    ],
    [
      'a playlist that points at another file',
      'media.unreadable',
      () => made('list.mp4', `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n${good}\n#EXT-X-ENDLIST\n`),
    ],
    [
      'a concat script',
      'media.unreadable',
      () => made('script.wav', `ffconcat version 1.0\nfile '${good}'\n`),
    ],
  ])('%s: %s', async (_what, code, make) => {
    const refusal = await runFile(await make());
    expect(refusal.code).toBe(code);
    expect(refusal.sentence).toMatch(/^.{10,400}\.$/s);
    expect(refusal.sentence).not.toContain(folder);
    expect(refusal.sentence).not.toContain(stack.folder);
    await unharmed();
  });

  test('a picture has no sound: the job is completed, and says what was skipped', async () => {
    const picture = join(folder, 'picture.png');
    execFileSync('ffmpeg', [
      '-v',
      'error',
      '-f',
      'lavfi',
      '-i',
      'testsrc=d=0.1:s=64x64:r=10',
      '-frames:v',
      '1',
      picture,
    ]);
    const { id } = await stack.client.artifacts.upload(picture);
    const { id: jobId } = await stack.client.jobs.submit({
      pipeline: 'speech-to-speech',
      input: { audio: { artifact: id } },
    });
    const job = await stack.client.jobs.wait(jobId, { signal: AbortSignal.timeout(10_000), pollMs: 50 });
    expect([job.status, job.error?.code]).toSatisfy(
      ([status, code]: [string, string?]) => status === 'completed' || code?.startsWith('media.') === true,
    );
    await unharmed();
  });

  describe.skipIf(!shared)('damaged and hostile recordings (skipped without ../shared)', () => {
    const files = shared
      ? readdirSync(join(shared, 'fixtures/malformed')).filter((name) => /^(audio|video)__/.test(name))
      : [];
    test.each(files)('%s', async (name) => {
      const { id } = await stack.client.artifacts.upload(join(shared!, 'fixtures/malformed', name));
      const { id: jobId } = await stack.client.jobs.submit({
        pipeline: 'speech-to-speech',
        input: { audio: { artifact: id } },
      });
      const job = await stack.client.jobs.wait(jobId, { signal: AbortSignal.timeout(10_000), pollMs: 50 });
      if (job.status === 'failed') expect(job.error!.code).toMatch(/^media\./);
      else expect(job.status).toBe('completed');
      await unharmed();
    });
  });
});

describe('requests', () => {
  const node = { stage: 'media.probe@1', in: { media: '$input.audio' } };
  const posted = (nodes: object, output: object = {}) => ({
    pipeline: { name: 'mine', version: 1, input: { audio: { media: '*/*' } }, nodes, output },
    input: { audio: { artifact: 'art_00000000000000000000000000' } },
  });
  test.each<[what: string, code: string, job: object, sentence: RegExp]>([
    ['an unknown pipeline', 'pipeline.unknown', { pipeline: 'speech-to-smell' }, /speech-to-smell/],
    ['an unknown version', 'pipeline.unknown', { pipeline: 'speech-to-speech@99' }, /99/],
    ['a missing input', 'input.absent', { pipeline: 'speech-to-speech' }, /input\.audio/],
    [
      'an unknown input',
      'input.invalid',
      { pipeline: 'speech-to-speech', input: { sound: 'x' } },
      /input\.sound/,
    ],
    [
      'an artifact that is not there',
      'artifact.not_found',
      { pipeline: 'speech-to-speech', input: { audio: { artifact: 'art_00000000000000000000000000' } } },
      /audio/,
    ],
    [
      'an unknown param',
      'input.invalid',
      {
        pipeline: 'speech-to-speech',
        input: { audio: { artifact: 'art_00000000000000000000000000' } },
        params: { too: 'es' },
      },
      /params\.too/,
    ],
    [
      'a language that is no code',
      'input.invalid',
      {
        pipeline: 'speech-to-speech',
        input: { audio: { artifact: 'art_00000000000000000000000000' } },
        params: { to: 'Spanish!' },
      },
      /params\.to/,
    ],
    [
      'an unknown stage',
      'pipeline.invalid',
      posted({ a: { stage: 'media.sniff@1', in: {} } }),
      /nodes\.a\.stage.*media\.sniff@1/,
    ],
    [
      'a cycle',
      'pipeline.invalid',
      posted({ a: { ...node, in: { media: '$b.info' } }, b: { ...node, in: { media: '$a.info' } } }),
      /wait for each other|has no/,
    ],
    ['an unknown reference', 'pipeline.invalid', posted({ a: node }, { x: '$c.info' }), /output\.x.*'c'/],
  ])('%s: %s', async (_what, code, job, sentence) => {
    const refusal = await submit(job);
    expect(refusal).toEqual({ code, sentence: expect.stringMatching(sentence) as string });
    await unharmed();
  });

  test('10,001 items: the job fails, and the sentence names the each', async () => {
    const { id: artifact } = await stack.client.artifacts.upload(good);
    const refusal = await submit({
      pipeline: {
        ...{ name: 'mine', version: 1, output: {} },
        input: { audio: { media: '*/*' }, list: { type: 'array' } },
        nodes: { all: { each: '$input.list', as: 'item', nodes: { one: node }, collect: {} } },
      },
      input: { audio: { artifact }, list: Array.from({ length: 10_001 }, (_, i) => i) },
    });
    expect(refusal).toEqual({
      code: 'input.too_large',
      sentence: 'all would walk over 10001 items; 10000 is the limit.',
    });
    await unharmed();
  });

  test('large and deep bodies leave nothing behind in the memory of the API', async () => {
    const deep = '['.repeat(10_000) + ']'.repeat(10_000);
    const bodies = [
      `"${'x'.repeat(1_100_000)}"`,
      `{"pipeline":"speech-to-speech","input":{"audio":${deep}}}`,
      JSON.stringify(posted({ a: { stage: 'media.sniff@1', in: { text: 'x'.repeat(500_000) } } })),
    ];
    const send = async (times: number): Promise<void> => {
      const headers = { authorization: `Bearer ${stack.key}` };
      for (let i = 0; i < times; i++) {
        const body = bodies[i % bodies.length]!;
        const answer = await fetch(`${stack.url}/v1/jobs`, { method: 'POST', headers, body });
        expect(Math.floor(answer.status / 100)).toBe(4);
        await answer.body?.cancel();
      }
    };
    const residentMb = async (): Promise<number> => {
      const status = await readFile(`/proc/${processes['api']}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1_024;
    };
    // What the heap of Node grows to in any case.
    await send(270);
    const before = await residentMb();
    await send(540);
    // 540 bodies have 300 MB together.
    expect((await residentMb()) - before).toBeLessThan(60);
    await unharmed();
  });

  test('a language that no engine has: the job fails, and the sentence names those there are', async () => {
    const refusal = await runFile(good, { to: 'zz' });
    expect(refusal).toEqual({
      code: 'language.unsupported',
      sentence: expect.stringMatching(/zz.*es/s) as string,
    });
    await unharmed();
  });

  test.each<[string, RequestInit & { path: string }, number, string]>([
    ['no key', { path: '/v1/jobs', headers: {} }, 401, 'key.invalid'],
    [
      'a wrong key',
      { path: '/v1/jobs', headers: { authorization: 'Bearer im_local_x' } },
      401,
      'key.invalid',
    ],
    ['no such address', { path: '/v1/nothing' }, 404, 'route.unknown'],
    ['broken JSON', { path: '/v1/jobs', method: 'POST', body: '{"pipeline":' }, 400, 'request.invalid'],
    ['an id that is none', { path: '/v1/jobs/job_1' }, 400, 'request.invalid'],
    ['an id of nothing', { path: '/v1/jobs/job_00000000000000000000000000' }, 404, 'job.not_found'],
  ])('%s is a problem with a code', async (_what, { path, ...init }, status, code) => {
    const headers = { authorization: `Bearer ${stack.key}`, 'content-type': 'application/json' };
    const answer = await fetch(stack.url + path, { headers, ...init });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code]);
  });
});
