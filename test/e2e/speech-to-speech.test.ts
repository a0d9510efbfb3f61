import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArtifactRef } from '@intermodal/client';
import { sharedFolder } from '@intermodal/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { speak, startRunningStack, type RunningStack } from '../running-stack.ts';

const shared = sharedFolder();
const hasCurl = spawnSync('curl', ['--version']).status === 0;

interface Line {
  startMs: number;
  endMs: number;
  heard: string;
  said: string;
}

let stack: RunningStack;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-media-'));
  stack = await startRunningStack();
});
afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true });
});

async function run(file: string, params: Record<string, unknown> = {}) {
  const { id } = await stack.client.artifacts.upload(file);
  const job = await stack.client.jobs.submit({
    pipeline: 'speech-to-speech',
    input: { audio: { artifact: id } },
    params,
  });
  return stack.client.jobs.wait(job.id, { pollMs: 50 });
}

const download = async (ref: unknown, name: string): Promise<string> => {
  const to = join(folder, name);
  await stack.client.artifacts.download((ref as ArtifactRef).id, to);
  return to;
};

test('a recording comes back in another language, with its text in both', async () => {
  const recording = speak(
    ['The weather is very nice today.', 'How much does it cost?', 'Thank you very much.'],
    join(folder, 'in.wav'),
  );
  const job = await run(recording, { to: 'es' });
  expect(job.status).toBe('completed');
  const { lines, audio, transcriptSrt, translationVtt, transcriptJson } = job.output as {
    lines: Line[];
  } & Record<string, unknown>;
  expect(lines.map(({ heard }) => heard).join(' ')).toMatch(
    /the weather is very nice today.*how much does it cost.*thank you very much/,
  );
  expect(lines.map(({ said }) => said).join(' ')).toMatch(/el tiempo es.*hoy.*gracias/is);
  for (const [i, line] of lines.entries()) {
    expect(line.endMs).toBeGreaterThan(line.startMs);
    if (i > 0) expect(line.startMs).toBeGreaterThanOrEqual(lines[i - 1]!.startMs);
  }
  const probe = execFileSync('ffprobe', [
    '-v',
    'error',
    '-show_entries',
    'stream=codec_name,channels:format=duration',
    '-of',
    'json',
    await download(audio, 'out.wav'),
  ]);
  const { streams, format } = JSON.parse(probe.toString()) as {
    streams: object[];
    format: { duration: string };
  };
  expect(streams).toEqual([{ codec_name: 'pcm_s16le', channels: 1 }]);
  // Dubbed: not shorter than where the last line begins.
  expect(Number(format.duration) * 1000).toBeGreaterThan(lines.at(-1)!.startMs);
  expect(await readFile(await download(transcriptSrt, 'a.srt'), 'utf8')).toMatch(
    /^1\n00:00:0\d,\d{3} --> 00:00:0\d,\d{3}\nthe weather is very nice today/,
  );
  expect(await readFile(await download(translationVtt, 'b.vtt'), 'utf8')).toMatch(
    /^WEBVTT\n\n.*--> .*\n?el tiempo es/is,
  );
  expect(JSON.parse(await readFile(await download(transcriptJson, 'c.json'), 'utf8'))).toBeTypeOf('object');
});

test('every task says what ran it, and how often', async () => {
  const job = await run(speak(['Thank you very much.'], join(folder, 'short.wav')));
  const heard = job.tasks!.find(({ path }) => path === 'lines[0].heard')!;
  expect(heard).toMatchObject({
    stage: 'speech.transcribe@1',
    engine: 'pocketsphinx',
    device: 'cpu',
    attempt: 1,
    status: 'completed',
  });
  expect(heard.seconds).toBeGreaterThan(0);
  const detected = job.tasks!.find(({ path }) => path === 'speech')!;
  expect(detected.engine).toBe(shared ? 'silero-vad' : 'energy-gate');
});

test.skipIf(!hasCurl)(
  'one job through curl (skipped where there is none): upload, submit and wait in one request',
  async () => {
    const recording = speak(['How much does it cost?'], join(folder, 'curl.wav'));
    const answer = execFileSync('curl', [
      '-sS',
      '-H',
      `Authorization: Bearer ${stack.key}`,
      '-F',
      'pipeline=speech-to-speech',
      '-F',
      `input.audio=@${recording};type=audio/wav`,
      '-F',
      'params.to=es',
      `${stack.url}/v1/jobs?wait=30`,
    ]).toString();
    expect(JSON.parse(answer)).toMatchObject({
      status: 'completed',
      output: { lines: [{ heard: 'how much does it cost' }] },
    });
  },
);

describe.skipIf(!shared)('on real recordings (skipped without ../shared)', () => {
  const speech = (name: string): string => join(shared ?? '', 'fixtures/speech', name);

  test('the sentence of gcp-brooklyn-bridge.wav', async () => {
    const job = await run(speech('gcp-brooklyn-bridge.wav'));
    expect((job.output!['lines'] as Line[]).map(({ heard }) => heard)).toEqual([
      'how old is the brooklyn bridge',
    ]);
  });

  test('the command of goforward, which has no header: wrapped here', async () => {
    const wrapped = join(folder, 'goforward.wav');
    execFileSync('ffmpeg', [
      '-v',
      'error',
      '-f',
      's16le',
      '-ar',
      '16000',
      '-ac',
      '1',
      '-i',
      speech('goforward.raw'),
      wrapped,
    ]);
    const job = await run(wrapped);
    expect((job.output!['lines'] as Line[]).map(({ heard }) => heard).join(' ')).toBe(
      'go forward ten meters',
    );
  });

  test('where nobody speaks nothing is heard, and nothing is invented', async () => {
    const job = await run(speech('no-speech.wav'));
    expect(job).toMatchObject({ status: 'completed', output: { lines: [], audio: null } });
  });

  test('a film without sound is no failure: what needs sound is skipped', async () => {
    const silent = join(folder, 'silent.mp4');
    execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc=d=1:s=64x64:r=5', silent]);
    const job = await run(silent);
    expect(job.status).toBe('completed');
    expect(job.output).toMatchObject({ lines: null, audio: null });
    expect(job.warnings.map(({ path }) => path)).toContain('speech');
  });
});

test('the recording of digital silence gives an empty transcript', async () => {
  const silence = join(folder, 'silence.wav');
  execFileSync('ffmpeg', [
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    'anullsrc=r=16000:cl=mono',
    '-t',
    '3',
    silence,
  ]);
  expect(await run(silence)).toMatchObject({ status: 'completed', output: { lines: [], audio: null } });
});
