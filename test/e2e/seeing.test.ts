import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IntermodalApiError } from '@intermodal/client';
import { sharedFolder } from '@intermodal/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { speak, startRunningStack, type RunningStack } from '../running-stack.ts';

const shared = sharedFolder();
const fixture = (name: string): string => join(shared ?? '', 'fixtures', name);

let stack: RunningStack;
let folder: string;
let processes: Record<string, number>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-seeing-'));
  stack = await startRunningStack();
  processes = await stack.processes();
});
afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true });
});

const within = (seconds: number) => ({ signal: AbortSignal.timeout(seconds * 1000), pollMs: 50 });

async function ask(picture: string, question: string) {
  const { id } = await stack.client.artifacts.upload(picture);
  const input = { image: { artifact: id }, question };
  const job = await stack.client.jobs.submit({ pipeline: 'visual-question-answering', input });
  return stack.client.jobs.wait(job.id, within(30));
}

async function tell(film: string) {
  const { id } = await stack.client.artifacts.upload(film);
  const job = await stack.client.jobs.submit({
    pipeline: 'video-to-text',
    input: { film: { artifact: id } },
  });
  return stack.client.jobs.wait(job.id, within(60));
}

const answerOf = (job: Awaited<ReturnType<typeof ask>>) =>
  job.output as { answer: string; answered: boolean; evidence: { kind: string }[]; reason: string | null };

const draw = (name: string, ...filter: string[]): string => {
  const to = join(folder, name);
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', ...filter, to]);
  return to;
};

test('a question about a picture is answered with its evidence', async () => {
  const red = draw('red.png', 'color=c=red:s=320x240', '-frames:v', '1');
  const job = await ask(red, 'What colour is the picture?');
  expect(job.status).toBe('completed');
  expect(answerOf(job)).toMatchObject({ answered: true, answer: expect.stringMatching(/red/i) as string });
  expect(answerOf(job).evidence.map(({ kind }) => kind)).toContain('colour');
});

test('what cannot be told is said to be so, and nothing is invented', async () => {
  const blue = draw('blue.png', 'color=c=blue:s=320x240', '-frames:v', '1');
  const job = await ask(blue, 'Who painted this, and how was she feeling that day?');
  expect(answerOf(job)).toMatchObject({ answered: false, reason: expect.stringMatching(/.{10}/) as string });
});

test('a film is told as a timeline of what is seen and said', async () => {
  const voice = speak(['How much does it cost?', 'Thank you very much.'], join(folder, 'voice.wav'));
  const film = join(folder, 'film.mp4');
  execFileSync('ffmpeg', [
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    'color=c=red:s=160x120:r=5:d=6',
    '-i',
    voice,
    '-shortest',
    film,
  ]);
  const job = await tell(film);
  expect(job.status).toBe('completed');
  expect(JSON.stringify(job.output)).toMatch(/how much does it cost/);
  expect(JSON.stringify(job.output)).toMatch(/thank you very much/);
});

test('a film without sound is told by its pictures', async () => {
  const job = await tell(draw('silent.mp4', 'testsrc=d=2:s=160x120:r=5'));
  expect(job.status).toBe('completed');
});

describe('bad input', () => {
  test.each([
    ['an empty question', '', /question/i, /^input\.(invalid|absent)$/],
    ['a question of 10 KB', `what ${'is '.repeat(3_400)}this?`, /question/i, /^input\.(invalid|too_large)$/],
  ])('%s', async (_what, question, sentence, code) => {
    const picture = draw(`bad-${question.length}.png`, 'color=c=green:s=64x64', '-frames:v', '1');
    const refusal = await ask(picture, question).then(
      (job) => ({ code: job.error?.code, sentence: job.error?.message }),
      (error: IntermodalApiError) => ({ code: error.code, sentence: error.detail }),
    );
    expect(refusal).toEqual({
      code: expect.stringMatching(code) as string,
      sentence: expect.stringMatching(sentence) as string,
    });
  });

  test('a picture of 60 megapixels is refused before it is decoded', async () => {
    const huge = draw('huge.png', 'color=c=white:s=10000x6000', '-frames:v', '1');
    const job = await ask(huge, 'What colour is the picture?');
    expect(job).toMatchObject({ status: 'failed', error: { code: 'media.limit' } });
  });
});

describe.skipIf(!shared)('on real pictures and films (skipped without ../shared)', () => {
  test.each([
    ['images/darknet-dog.jpg', 'Is there a bicycle?', /yes/i],
    ['images/coral-pets.jpg', 'How many dogs are there?', /two|2/i],
    ['documents/tess-phototest.tif', 'What does the text say?', /quick brown/i],
  ])('%s: %s', async (file, question, answer) => {
    const job = await ask(fixture(file), question);
    expect(answerOf(job)).toMatchObject({ answered: true, answer: expect.stringMatching(answer) as string });
  });

  test('every damaged or hostile file ends with a result or with a code of its own, and harms nobody', async () => {
    const files = readdirSync(fixture('malformed'));
    const before = residentMegabytes(processes);
    const codes: Record<string, number> = {};
    for (const file of files) {
      const code = await refusalOf(file);
      expect(code, file).not.toMatch(/^internal\./);
      codes[code] = (codes[code] ?? 0) + 1;
    }
    console.info(`${files.length} files:`, codes, 'MB before', before, 'after', residentMegabytes(processes));
    expect(await stack.processes()).toEqual(processes);
    await expect.poll(() => stack.scratch()).toEqual([]);
  }, 600_000);

  async function refusalOf(file: string): Promise<string> {
    const isFilm = /^(audio|video)__/.test(file);
    try {
      const { id } = await stack.client.artifacts.upload(fixture(`malformed/${file}`));
      const media = { artifact: id };
      const job = await stack.client.jobs.submit(
        isFilm
          ? { pipeline: 'video-to-text', input: { film: media } }
          : {
              pipeline: 'visual-question-answering',
              input: { image: media, question: 'What is in the picture?' },
            },
      );
      // Ten seconds are all it may take.
      const done = await stack.client.jobs.wait(job.id, within(10));
      return done.status === 'failed' ? done.error!.code : done.status;
    } catch (error) {
      if (error instanceof IntermodalApiError) return error.code;
      throw error;
    }
  }
});

const residentMegabytes = (of: Record<string, number>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(of)
      .filter(([name]) => name.startsWith('worker-'))
      .map(([name, pid]) => {
        const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
        return [name, Math.round(Number(kilobytes) / 1024)];
      }),
  );
