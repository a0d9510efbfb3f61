import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalFile } from '@intermodal/contracts';
import { mediaToolsDouble, runStage, writeSounds } from '@intermodal/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import stage from './detect-activity.stage.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'intermodal-detect-'))));
afterAll(() => rm(folder, { recursive: true }));

const cuts: string[] = [];
const media = mediaToolsDouble({
  cutAudio: async (_path, to, { startMs, endMs }) => {
    cuts.push(`${startMs}-${endMs}`);
    await writeSounds(to, [{ kind: 'tone', ms: endMs - startMs }]);
  },
  extractAudio: (_path, to) => writeSounds(to, [{ kind: 'tone', ms: 500 }]),
});

async function recording(ms: number, sampleRate = 16_000) {
  const path = join(folder, 'recording.wav');
  await writeSounds(path, [{ kind: 'tone', ms }], sampleRate);
  return new LocalFile(path, 'audio/wav');
}

const notTheOriginal = async (path: string) => {
  expect(path.startsWith(folder)).toBe(false);
  return [];
};

describe('speech.detect-activity', () => {
  it('cuts one small file for each stretch', async () => {
    const spans = [
      { startMs: 100, endMs: 400 },
      { startMs: 600, endMs: 900 },
    ];
    const needs = { media, detector: { detect: async () => spans } };
    await using it = await runStage(stage, { audio: await recording(1000) }, { needs });
    expect(it.output.durationMs).toBe(1000);
    expect(it.output.segments).toMatchObject(spans);
    expect(new Set(it.output.segments.map(({ audio }) => audio.path)).size).toBe(2);
    expect(it.progress.at(-1)).toBe(1);
  });

  it('gives an empty list when nobody speaks', async () => {
    const needs = { media, detector: { detect: async () => [] } };
    await using it = await runStage(stage, { audio: await recording(100) }, { needs });
    expect(it.output).toEqual({ segments: [], durationMs: 100 });
  });

  it('converts what is not 16 kHz mono first', async () => {
    const needs = { media, detector: { detect: notTheOriginal } };
    await using it = await runStage(stage, { audio: await recording(100, 8000) }, { needs });
    expect(it.output.durationMs).toBe(500);
  });

  it('splits what is longer than 20 s', async () => {
    cuts.length = 0;
    const needs = { media, detector: { detect: async () => [{ startMs: 0, endMs: 25_000 }] } };
    await using it = await runStage(stage, { audio: await recording(25_000) }, { needs });
    expect(it.output.segments).toHaveLength(2);
    expect(it.output.segments.at(-1)?.endMs).toBe(25_000);
  });
});
