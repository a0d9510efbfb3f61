import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenedEngine, SpeechRecogniser } from '@intermodal/models';
import { storeOfFolder, toneSpeech, toneTranscriberFolder, writeSamples } from '@intermodal/testing';
import { testContext } from '@intermodal/testing/engine-contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import recogniser from './transformers.engine.ts';

const { signal } = new AbortController();
let folder: string;
let engine: OpenedEngine<SpeechRecogniser>;
const tiny = storeOfFolder(toneTranscriberFolder({ attentive: true }), {
  id: 'tiny-whisper',
  tasks: ['speech.recognise'],
});
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-recordings-'));
  engine = await recogniser.open(testContext(await tiny));
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
  await (await tiny)[Symbol.asyncDispose]();
});

const hear = async (sentences: readonly string[], language: string | null, silenceMs = 0) => {
  const path = join(folder, 'recording.wav');
  const silence = new Array<number>((silenceMs * 16_000) / 1000).fill(0);
  const samples = sentences.flatMap((sentence) => [...toneSpeech([sentence], { pauseMs: 0 }), ...silence]);
  await writeSamples(path, Int16Array.from(samples));
  return engine.use.transcribe(path, { language, signal });
};

describe('a recording', () => {
  it('of more than half a minute is heard to its end', async () => {
    const sentence = Array<string>(5).fill('the quick brown fox jumps over the lazy dog').join(' ');
    const { text, words } = await hear([sentence, sentence, sentence], 'en', 200);
    expect(text).toBe([sentence, sentence, sentence].join(' '));
    expect(words.map((word) => word.text).join(' ')).toBe(text);
    words.forEach(({ startMs, endMs }, i) => {
      const said = 500 * i + 200 * Math.floor(i / 45);
      expect(Math.abs(startMs - said)).toBeLessThanOrEqual(300);
      expect(endMs).toBeLessThanOrEqual(words[i + 1]?.startMs ?? Infinity);
    });
  });

  it('has no words where it is silent for longer than a window', async () => {
    expect((await hear(['where is the dog'], 'en', 60_000)).text).toBe('where is the dog');
  });

  it('is in one language, which is found out', async () => {
    expect(await hear(['comment est le temps'], null)).toMatchObject({
      text: 'comment est le temps',
      language: 'fr',
    });
    expect(await hear(['how is the weather'], 'en')).toMatchObject({ language: 'en' });
  });
});
