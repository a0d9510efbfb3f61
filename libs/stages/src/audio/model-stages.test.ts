import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalFile } from '@intermodal/contracts';
import type { SoundTextEmbedder } from '@intermodal/models';
import { mediaToolsDouble, runStage, writeSounds } from '@intermodal/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import embedText from './embed-text.stage.ts';
import embed from './embed.stage.ts';
import matchLabels from './match-labels.stage.ts';
import { meanDirection } from './mean-direction.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'intermodal-embed-'))));
afterAll(() => rm(folder, { recursive: true }));

/** Two directions; what is loud is in the first. */
const embedder: SoundTextEmbedder = {
  sampleRate: 8_000,
  longestMs: 1_000,
  embedSounds: async (clips) => clips.map((clip) => (clip.some((value) => value > 0.2) ? [1, 0] : [0, 1])),
  embedTexts: async (texts) => ({
    vectors: texts.map((text) => (text.includes('bell') ? [1, 0] : [0, 1])),
    tokens: null,
  }),
};
const needs = { embedder, media: mediaToolsDouble({}) };

async function recording() {
  const path = join(folder, 'recording.wav');
  const [loud, quiet] = [{ kind: 'tone', ms: 1_000 } as const, { kind: 'silence', ms: 1_000 } as const];
  await writeSounds(path, [loud, quiet, loud], 8_000);
  return { audio: new LocalFile(path, 'audio/wav') };
}

describe('stages of models that hear', () => {
  it('embed a recording window by window, and as a whole', async () => {
    await using it = await runStage(embed, await recording(), { needs });
    const { vector, windows, durationMs } = it.output;
    expect(windows).toEqual([
      { startMs: 0, endMs: 1_000, vector: [1, 0] },
      { startMs: 1_000, endMs: 2_000, vector: [0, 1] },
      { startMs: 2_000, endMs: 3_000, vector: [1, 0] },
    ]);
    expect(durationMs).toBe(3_000);
    expect(Math.hypot(...vector)).toBeCloseTo(1);
    expect(vector[0]! / vector[1]!).toBeCloseTo(2);
  });

  it('embed texts', async () => {
    await using it = await runStage(embedText, { texts: ['a bell'] }, { needs });
    expect(it.output).toEqual({ vectors: [[1, 0]] });
    await expect(runStage(embedText, { texts: ['a', ' '] }, { needs })).rejects.toMatchObject({
      message: 'The text 2 of 2 is empty.',
    });
  });

  it('compare labels with a recording', async () => {
    const params = { labels: ['rain', 'bell'], template: 'the sound of {}' };
    await using it = await runStage(matchLabels, await recording(), { needs, params });
    const { tags, windows } = it.output;
    expect(tags.map(({ label }) => label)).toEqual(['bell', 'rain']);
    expect(tags.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1);
    expect(windows.map((window) => window.tags[0]!.label)).toEqual(['bell', 'rain', 'bell']);
    // exp(1 / 0.07) against exp(0)
    expect(windows[0]!.tags[0]!.score).toBeCloseTo(1 / (1 + Math.exp(-1 / 0.07)), 6);
    const unclear = runStage(matchLabels, await recording(), {
      needs,
      params: { ...params, template: 'rain' },
    });
    await expect(unclear).rejects.toThrow(/expected \{\}/);
  });
});

it('meanDirection is one of them where they have none in common', () => {
  expect(
    meanDirection([
      [1, 0],
      [-1, 0],
    ]),
  ).toEqual([1, 0]);
});
