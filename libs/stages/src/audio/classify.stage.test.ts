import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalFile } from '@intermodal/contracts';
import type { SoundClassifier } from '@intermodal/models';
import { mediaToolsDouble, runStage, writeSounds } from '@intermodal/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import classify from './classify.stage.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'intermodal-sounds-'))));
afterAll(() => rm(folder, { recursive: true }));

const asked: number[][] = [];
/** The louder the beginning, the surer of a bell. */
const classifier: SoundClassifier = {
  sampleRate: 8_000,
  longestMs: 1_000,
  labels: ['bell', 'rain', 'door'],
  classify: async (clips) => {
    asked.push(clips.map(({ length }) => length));
    return clips.map((clip) =>
      Math.max(...clip.subarray(0, 100)) > 0.2 ? [0.9, 0.04, 0.06] : [0.02, 0.8, 0.1],
    );
  },
};
const extracted: number[] = [];
const media = mediaToolsDouble({
  extractAudio: (_path, to, { sampleRate }) => {
    extracted.push(sampleRate!);
    return writeSounds(to, [{ kind: 'tone', ms: 500 }], sampleRate);
  },
});
const needs = { classifier, media };

async function recording(sounds: Parameters<typeof writeSounds>[1], sampleRate = 8_000) {
  const path = join(folder, 'recording.wav');
  await writeSounds(path, sounds, sampleRate);
  return { audio: new LocalFile(path, 'audio/wav') };
}

describe('audio.classify', () => {
  it('hears a long recording window by window, and tells of each label where it was surest', async () => {
    asked.length = 0;
    const sounds = [
      { kind: 'tone', ms: 1_000 },
      { kind: 'silence', ms: 1_000 },
    ] as const;
    await using it = await runStage(classify, await recording(sounds), { needs });
    expect(it.output).toEqual({
      tags: [
        { label: 'bell', score: 0.9 },
        { label: 'rain', score: 0.8 },
        { label: 'door', score: 0.1 },
      ],
      windows: [
        {
          startMs: 0,
          endMs: 1_000,
          tags: [
            { label: 'bell', score: 0.9 },
            { label: 'door', score: 0.06 },
          ],
        },
        {
          startMs: 1_000,
          endMs: 2_000,
          tags: [
            { label: 'rain', score: 0.8 },
            { label: 'door', score: 0.1 },
          ],
        },
      ],
      durationMs: 2_000,
    });
    expect(asked).toEqual([[8_000, 8_000]]);
  });

  it('hands on a few windows at a time, of the length that is asked for', async () => {
    asked.length = 0;
    const params = { windowMs: 500, most: 1, minScore: 0.2 };
    await using it = await runStage(classify, await recording([{ kind: 'tone', ms: 4_700 }]), {
      needs,
      params,
    });
    expect(asked.map(({ length }) => length)).toEqual([8, 2]);
    expect(it.output.windows).toHaveLength(10);
    expect(it.output.windows.every(({ tags }) => tags.length === 1)).toBe(true);
    expect(it.output.windows.at(-1)!.endMs).toBe(4_700);
  });

  it('takes sound of another rate out of its file first', async () => {
    await using it = await runStage(classify, await recording([{ kind: 'tone', ms: 10 }], 44_100), { needs });
    expect(extracted).toEqual([8_000]);
    expect(it.output.durationMs).toBe(500);
  });

  it('refuses a recording without a sample', async () => {
    await expect(runStage(classify, await recording([]), { needs })).rejects.toMatchObject({
      code: 'media.unreadable',
      message: 'The recording has 0 s of sound: send one that something is heard in.',
    });
  });

  it('keeps tasks apart that are heard together', async () => {
    asked.length = 0;
    const at = async (name: string, kind: 'tone' | 'silence', ms: number) => {
      await writeSounds(join(folder, name), [{ kind, ms }], 8_000);
      return { path: join(folder, name), durationMs: ms, longestMs: 1_000 };
    };
    const items = [
      await at('a.wav', 'tone', 1_500),
      await at('b.wav', 'silence', 300),
      await at('c.wav', 'tone', 200),
    ];
    const { signal } = new AbortController();
    const params = classify.params.parse({ most: 1 });
    const results = (await classify.batch!.run(items, {
      ...{ needs, params, signal, log: { info() {}, warn() {} } },
    })) as { tags: { label: string }[]; windows: unknown[] }[];
    expect(results.map(({ tags, windows }) => [tags[0]!.label, windows.length])).toEqual([
      ['bell', 2],
      ['rain', 1],
      ['bell', 1],
    ]);
    expect(asked).toEqual([[6_000, 6_000, 2_400, 1_600]]);
    expect(items.map((item) => classify.batch!.bucketOf!(item))).toEqual(['short', 'short', 'short']);
    expect(classify.batch!.bucketOf!({ ...items[0]!, durationMs: 9_000 })).toBe(items[0]!.path);
  });
});
