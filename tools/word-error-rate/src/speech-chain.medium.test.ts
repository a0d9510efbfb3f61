import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalFile } from '@intermodal/contracts';
import { durationMsOf, readWavLayout } from '@intermodal/models';
import { childProcesses, makeSpeech, sharedFolder, writeSamples } from '@intermodal/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SpeechChain } from './speech-chain.ts';

const shared = sharedFolder();
let folder: string;
let chain: SpeechChain;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-chain-'));
  const mirror = shared === undefined ? undefined : join(shared, 'models');
  chain = await SpeechChain.open({ modelFolder: at('models'), mirror });
});
afterAll(async () => {
  await chain[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
  expect(childProcesses()).toEqual([]);
});

const ffmpeg = (...args: string[]) => execFileSync('ffmpeg', ['-nostdin', '-v', 'error', ...args]);
const fixture = (name: string) => join(shared!, 'fixtures', name);
const textOf = async (path: string) => (await chain.hear(path)).map((it) => it.text).join(' ');

describe('speech to speech', () => {
  it('hears a film, translates it, and says it where it was said', async () => {
    await makeSpeech(at('speech.wav'), ['how much does it cost', 'the weather is very nice today'], {
      pauseMs: 1500,
    });
    ffmpeg('-f', 'lavfi', '-i', 'color=s=64x48:r=5', '-i', at('speech.wav'), '-shortest', at('film.mp4'));

    const heard = await chain.hear(at('film.mp4'));
    expect(heard.map((it) => it.text)).toEqual(['how much does it cost', 'the weather is very nice today']);
    const lines: object[] = [];
    for (const { text, startMs, endMs } of heard) {
      const translated = await chain.run<{ text: string }>(
        'text.translate@1',
        { text },
        { from: 'en', to: 'es' },
      );
      lines.push({ startMs, endMs, heard: text, said: translated.text });
    }
    expect(lines).toMatchObject(
      [{ said: /Cuánto/ }, { said: /tiempo/ }].map(({ said }) => ({
        said: expect.stringMatching(said) as string,
      })),
    );

    const spoken = await chain.run<{ audio: LocalFile; lines: { startMs: number }[]; durationMs: number }>(
      'speech.synthesize@1',
      { lines },
      { language: 'es' },
    );
    expect(spoken.lines.map((it) => it.startMs)).toEqual(heard.map((it) => it.startMs));
    expect(durationMsOf(await readWavLayout(spoken.audio.path))).toBe(spoken.durationMs);
    expect(spoken.durationMs).toBeGreaterThan(heard[1]!.startMs + 500);

    const written = await chain.run<Record<string, Record<string, LocalFile>>>('text.subtitles@1', { lines });
    expect(await readFile(written['translation']!['srt']!.path, 'utf8')).toMatch(/-->.*\n.*Cuánto/);
    expect(await readFile(written['transcript']!['vtt']!.path, 'utf8')).toMatch(
      /^WEBVTT\n\n.*-->.*\nhow much does it cost\n/,
    );
  });

  it('gives null for a film without sound', async () => {
    ffmpeg('-f', 'lavfi', '-i', 'color=s=64x48:r=5:d=1', at('silent.mp4'));
    expect(await chain.segments(at('silent.mp4'))).toEqual([]);
  });

  describe.skipIf(!shared)('recordings of ../shared (skipped where that folder is absent)', () => {
    it('understands a question', async () => {
      expect(await textOf(fixture('speech/gcp-brooklyn-bridge.wav'))).toBe('how old is the brooklyn bridge');
    });

    it('understands samples that were given a header', async () => {
      const bytes = await readFile(fixture('speech/goforward.raw'));
      const samples = new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
      await writeSamples(at('goforward.wav'), samples);
      expect(await textOf(at('goforward.wav'))).toBe('go forward ten meters');
    });

    it('invents nothing where nobody speaks', async () => {
      expect(await chain.hear(fixture('speech/no-speech.wav'))).toEqual([]);
    });
  });
});
