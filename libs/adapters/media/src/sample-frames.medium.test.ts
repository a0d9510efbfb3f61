import { execFileSync } from 'node:child_process';
import { copyFile, mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FrameSampling } from '@intermodal/models';
import { childProcesses, sharedFolder } from '@intermodal/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ffmpegMediaTools as media } from './ffmpeg-media-tools.ts';

const shared = sharedFolder();
const { signal } = new AbortController();
let folder: string;
let count = 0;
const at = (name: string) => join(folder, name);

beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'intermodal-frames-'))));
afterAll(() => rm(folder, { recursive: true }));
afterAll(() => expect(childProcesses()).toEqual([]));

const make = (...args: string[]) => execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...args]);
const colour = (name: string, seconds: number) => [
  '-f',
  'lavfi',
  '-i',
  `color=${name}:s=320x180:r=10:d=${seconds}`,
];
const sample = async (path: string, options: Partial<FrameSampling> = {}) => {
  const to = at(`frames 100% ${++count}`);
  const frames = await media.sampleFrames(path, to, {
    ...{ everyMs: 1000, most: 30, maxEdge: 160, format: 'jpeg', signal },
    ...options,
  });
  return { frames, times: frames.map((it) => it.timeMs), folder: to };
};

describe('sampling frames', () => {
  it('takes one at a fixed rate and one at each cut', async () => {
    make(...colour('red', 2.5), ...colour('blue', 2), '-filter_complex', 'concat', at('cut.mp4'));
    const { frames, times, folder: to } = await sample(at('cut.mp4'));
    expect(times).toEqual([0, 1000, 2000, 2500, 3500]);
    expect(frames.map((it) => it.cut)).toEqual([false, false, false, true, false]);
    expect(await sharp(frames[0]!.path).metadata()).toMatchObject({ format: 'jpeg', width: 160, height: 90 });
    expect(await readdir(to)).toHaveLength(5);
  });

  it('never gives more than asked for, keeps cuts, and leaves no others', async () => {
    const { frames, times, folder: to } = await sample(at('cut.mp4'), { most: 2 });
    expect(frames.map((it) => it.cut)).toEqual([false, true]);
    expect(times).toEqual([0, 2500]);
    expect(await readdir(to)).toHaveLength(2);
  });

  it('takes the first of a film in which nothing moves', async () => {
    make(...colour('green', 3), at('still.mp4'));
    expect((await sample(at('still.mp4'), { everyMs: 60_000 })).times).toEqual([0]);
  });

  it('spreads over a long film by its key frames', async () => {
    make(...colour('green', 60), '-g', '20', at('long.mp4'));
    const { times } = await sample(at('long.mp4'), { most: 6 });
    expect(times).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000]);
  });

  it('decodes a long film without key frames as a whole', async () => {
    make(...colour('green', 60), '-g', '10000', at('one-key.mp4'));
    expect((await sample(at('one-key.mp4'), { most: 6 })).times).toHaveLength(6);
  });

  it('writes PNG, shows square what was stored narrow, and never scales up', async () => {
    make(...colour('red', 1), '-vf', 'setsar=1/2', at('narrow.mp4'));
    const { frames } = await sample(at('narrow.mp4'), { format: 'png', maxEdge: 4000 });
    expect(await sharp(frames[0]!.path).metadata()).toMatchObject({ format: 'png', width: 160, height: 180 });
  });

  it('gives what could be decoded of a film that lost its end', async () => {
    make('-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=10:d=4', at('whole.webm'));
    await copyFile(at('whole.webm'), at('half.webm'));
    await truncate(at('half.webm'), Math.round((await stat(at('whole.webm'))).size / 2));
    const { times } = await sample(at('half.webm'));
    expect(times.length).toBeGreaterThan(0);
    expect(times.length).toBeLessThan(4);
  });

  it('refuses a film of 31 minutes, also when its header hides it', async () => {
    const still = ['-f', 'lavfi', '-i', `color=s=32x32:r=1:d=${31 * 60}`];
    make(...still, at('31.mp4'));
    await expect(sample(at('31.mp4'))).rejects.toMatchObject({ code: 'media.limit' });
    // MPEG-TS in a pipe cannot be given a length.
    make(...still, '-f', 'matroska', '-live', '1', at('31.mkv'));
    expect((await media.probe(at('31.mkv'), { signal })).durationMs).toBeNull();
    await expect(sample(at('31.mkv'))).rejects.toMatchObject({ code: 'media.limit' });
    expect(await readdir(folder)).not.toContain(`frames 100% ${count}`);
  });

  it('stops when it is told to, and leaves nothing', async () => {
    const stop = AbortSignal.abort(new Error('told to'));
    await expect(
      media.sampleFrames(at('cut.mp4'), at('never'), {
        ...{ everyMs: 1000, most: 5, maxEdge: 64, format: 'jpeg', signal: stop },
      }),
    ).rejects.toThrow('told to');
    expect(await readdir(folder)).not.toContain('never');
  });

  it.skipIf(!shared).each([
    ['video/gcp-googlework_tiny.mp4', 4],
    ['video/moviepy-big_buck_bunny_0_30.webm', 30],
    ['video/moviepy-chaplin.mp4', 10],
    ['video/moviepy-example.mp4', 2],
    ['video/moviepy-no_duration.webm', 1],
    ['video/moviepy-video_with_failing_audio.mp4', 12],
    ['malformed/video__no_duration.webm', 1],
  ])('%s of ../shared (skipped where that folder is absent) gives %i frames or more', async (name, least) => {
    const { times } = await sample(join(shared!, 'fixtures', name), { most: 60 });
    expect(times.length).toBeGreaterThanOrEqual(least);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
});
