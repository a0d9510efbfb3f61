import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenedEngine, SpeakerDiariser, SpeechDetector } from '@intermodal/models';
import {
  speakerSegmenterFolder,
  SPEAKER_TONES,
  storeOfFolder,
  writeSamples,
  writeSounds,
} from '@intermodal/testing';
import { testContext } from '@intermodal/testing/engine-contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import diariser from '../speaker-diariser/transformers.engine.ts';
import detector from '../speech-detector/transformers.engine.ts';
import { OpenedModel } from '../transformers.testing.ts';
import { SPEAKER_SEGMENTER, type SegmentedClips } from './speaker-segmenter.ts';

const described = { id: 'tiny-pyannote', tasks: ['speech.detect' as const, 'speech.diarise' as const] };
const tiny = storeOfFolder(speakerSegmenterFolder(), described);
const { signal } = new AbortController();
let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'intermodal-speakers-'))));
afterAll(async () => {
  await (await tiny)[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

type Said = readonly [speakers: readonly number[], ms: number];
const tonesOf = (...said: readonly Said[]): Float32Array =>
  Float32Array.from(
    said.flatMap(([speakers, ms]) =>
      Array.from({ length: ms * 16 }, (_, i) =>
        speakers.reduce(
          (sum, it) => sum + 0.3 * Math.sin((2 * Math.PI * SPEAKER_TONES[it]! * i) / 16_000),
          0,
        ),
      ),
    ),
  );
async function recording(...said: readonly Said[]): Promise<string> {
  const path = join(folder, 'recording.wav');
  await writeSamples(
    path,
    Int16Array.from(tonesOf(...said), (it) => it * 32_767),
  );
  return path;
}

describe('the engines of a speaker segmenter', () => {
  let diarising: OpenedEngine<SpeakerDiariser>;
  let detecting: OpenedEngine<SpeechDetector>;
  beforeAll(async () => {
    diarising = await diariser.open(testContext(await tiny));
    detecting = await detector.open(testContext(await tiny));
  });
  afterAll(async () => void (await Promise.all([diarising.close(), detecting.close()])));

  it('tells who speaks when, beyond its window', async () => {
    const talk: readonly Said[] = [
      ...([
        [[], 1_000],
        [[0], 8_000],
        [[1], 3_000],
      ] as const),
      ...([
        [[0, 1], 2_000],
        [[0], 9_000],
        [[], 2_000],
        [[0], 1_000],
      ] as const),
    ];
    const turns = await diarising.use.diarise(await recording(...talk), { signal });
    expect(turns).toEqual([
      { startMs: 1_000, endMs: 9_000, speaker: 1 },
      { startMs: 9_000, endMs: 14_000, speaker: 2 },
      { startMs: 12_000, endMs: 23_000, speaker: 1 },
      { startMs: 25_000, endMs: 26_000, speaker: 1 },
    ]);
  });

  it('finds where somebody speaks, whoever it is', async () => {
    const path = await recording(
      [[], 2_000],
      [[0], 3_000],
      [[2], 8_000],
      [[], 3_000],
      [[1], 1_000],
      [[], 500],
    );
    expect(await detecting.use.detect(path, { signal })).toEqual([
      { startMs: 1_800, endMs: 13_200 },
      { startMs: 15_800, endMs: 17_200 },
    ]);
  });

  it.each([0, 1, 50])('takes %i ms, in which nobody speaks', async (ms) => {
    await writeSounds(join(folder, 'short.wav'), [{ kind: 'silence', ms }]);
    expect(await detecting.use.detect(join(folder, 'short.wav'), { signal })).toEqual([]);
    expect(await diarising.use.diarise(join(folder, 'short.wav'), { signal })).toEqual([]);
  });

  it('refuses what is no 16 kHz mono WAV, and stops when it is told to', async () => {
    const path = join(folder, 'other.wav');
    await writeSounds(path, [{ kind: 'tone', ms: 10 }], 44_100);
    const told = diarising.use.diarise(path, { signal });
    await expect(told).rejects.toMatchObject({ code: 'media.unsupported' });
    await copyFile(import.meta.filename, path);
    await expect(detecting.use.detect(path, { signal })).rejects.toMatchObject({ code: 'media.unreadable' });
    const reason = new Error('told to stop');
    const stopped = diarising.use.diarise(await recording([[0], 500]), { signal: AbortSignal.abort(reason) });
    await expect(stopped).rejects.toBe(reason);
  });
});

describe('a speaker segmenter', () => {
  it('gives three clips as each of them, and refuses what is no sound or too long', async () => {
    await using opened = await OpenedModel.open(await tiny, SPEAKER_SEGMENTER);
    const segment = (...clips: readonly Float32Array[]) =>
      opened.call<SegmentedClips>({ kind: 'segment', clips });
    const clips = [tonesOf([[0], 1_000]), tonesOf([[1], 400], [[2], 400]), tonesOf([[1, 2], 10_000])];
    const alone = [];
    for (const clip of clips) alone.push(...(await segment(clip)));
    expect(alone[0]).not.toEqual(alone[1]);
    expect(await segment(...clips)).toEqual(alone);
    await expect(
      segment(
        clips[0]!,
        clips[1]!.map(() => NaN),
      ),
    ).rejects.toMatchObject({
      code: 'model.input_invalid',
    });
    await expect(segment(tonesOf([[0], 10_100]))).rejects.toMatchObject({ code: 'input.too_large' });
    await expect(segment(new Float32Array(9))).rejects.toMatchObject({ code: 'input.invalid' });
  });

  it('is no network with other classes', async () => {
    await using models = await storeOfFolder(speakerSegmenterFolder({ atOnce: 1 }), described);
    await using opened = await OpenedModel.open(models, SPEAKER_SEGMENTER);
    const asked = opened.call({ kind: 'segment', clips: [tonesOf([[0], 1_000])] });
    await expect(asked).rejects.toMatchObject({
      code: 'model.output_invalid',
      message: expect.stringMatching(/^The model tiny-pyannote gives 4 classes for each frame/) as string,
    });
  });
});
