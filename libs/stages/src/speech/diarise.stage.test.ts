import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalFile } from '@intermodal/contracts';
import { mediaToolsDouble, runStage, writeSounds } from '@intermodal/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import diarise from './diarise.stage.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'intermodal-diarise-'))));
afterAll(() => rm(folder, { recursive: true }));

const media = mediaToolsDouble({
  extractAudio: (_path, to, { sampleRate }) => writeSounds(to, [{ kind: 'tone', ms: 500 }], sampleRate),
});

it('speech.diarise gives the turns of a recording, which it makes 16 kHz first', async () => {
  const heard: string[] = [];
  const turns = [{ startMs: 100, endMs: 300, speaker: 1 }];
  const diariser = { diarise: async (path: string) => (heard.push(path), turns) };
  const told = async (sampleRate: number) => {
    const path = join(folder, 'recording.wav');
    await writeSounds(path, [{ kind: 'tone', ms: 700 }], sampleRate);
    await using it = await runStage(
      diarise,
      { audio: new LocalFile(path, 'audio/wav') },
      { needs: { diariser, media } },
    );
    return it.output;
  };
  expect(await told(16_000)).toEqual({ turns, durationMs: 700 });
  expect(await told(44_100)).toEqual({ turns, durationMs: 500 });
  expect(heard[0]).toBe(join(folder, 'recording.wav'));
  expect(heard[1]).not.toBe(heard[0]);
});
