import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { soundWindows, type SoundWindow } from './sound-windows.ts';
import { wavHeader } from './wav-header.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'intermodal-windows-'))));
afterAll(() => rm(folder, { recursive: true }));

async function windowsOf(samples: number, longestMs: number) {
  const path = join(folder, 'sound.wav');
  const data = Int16Array.from({ length: samples }, (_, i) => i);
  const header = wavHeader({ sampleRate: 1_000, channels: 1, dataBytes: data.byteLength });
  await writeFile(path, Buffer.concat([header, new Uint8Array(data.buffer)]));
  const { signal } = new AbortController();
  const windows: SoundWindow[] = [];
  for await (const window of soundWindows(path, { longestMs, signal })) windows.push(window);
  return windows;
}

describe('soundWindows', () => {
  it('are of one length, and no longer than they may be', async () => {
    const windows = await windowsOf(2_100, 1_000);
    expect(windows.map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
      [0, 700],
      [700, 1_400],
      [1_400, 2_100],
    ]);
    expect(windows[1]!.samples[0]).toBeCloseTo(700 / 32_768);
  });

  it.each([
    [0, []],
    [1, [1]],
    [1_000, [1_000]],
    [1_001, [501, 500]],
  ])('of %i samples have %j', async (samples, lengths) => {
    expect((await windowsOf(samples, 1_000)).map((window) => window.samples.length)).toEqual(lengths);
  });
});
