import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  melodicSpeech,
  storeOfFolder,
  tonePiecesFolder,
  toneSpellerFolder,
  writeMelodicSpeech,
  writeSpeltSpeech,
} from '@intermodal/testing';
import { speechRecogniserContract, testContext } from '@intermodal/testing/engine-contracts';
import { afterAll, describe, expect, it } from 'vitest';
import type { TranscribedClips } from '../clips/requests.ts';
import recogniser from '../speech-recogniser/transformers.engine.ts';
import { OpenedFolder } from '../open-folder.ts';
import { OpenedModel } from '../transformers.testing.ts';
import { CTC } from './ctc.ts';
import { lettersOf } from './letters-of.ts';

const described = { id: 'tiny-speller', tasks: ['speech.recognise' as const], languages: ['en'] };
const tiny = storeOfFolder(toneSpellerFolder(), described);
afterAll(async () => (await tiny)[Symbol.asyncDispose]());

speechRecogniserContract(
  'transformers, a model that writes letter by letter,',
  async () => recogniser.open(testContext(await tiny)),
  writeSpeltSpeech,
);

describe('a model that writes letter by letter', () => {
  it('is asked for no language that nobody says it hears', async () => {
    await using models = await storeOfFolder(toneSpellerFolder(), { ...described, languages: [] });
    const engine = await recogniser.open(testContext(models));
    try {
      const { signal } = new AbortController();
      await expect(engine.use.transcribe('none.wav', { language: 'en', signal })).rejects.toMatchObject({
        code: 'language.unsupported',
        message: expect.stringMatching(/^Nobody says which languages the model tiny-speller hears/) as string,
      });
    } finally {
      await engine.close();
    }
  });

  it('hears nothing in a clip that is too short for a frame, and refuses what is no sound', async () => {
    await using opened = await OpenedModel.open(await tiny, CTC);
    const hear = (clip: Float32Array) => opened.call<TranscribedClips>({ kind: 'transcribe', clips: [clip] });
    expect((await hear(new Float32Array(100))).clips).toEqual([{ language: null, text: '', words: [] }]);
    await expect(hear(new Float32Array(800).fill(Infinity))).rejects.toMatchObject({
      code: 'model.input_invalid',
    });
  });
});

const describedPieces = { id: 'tiny-parakeet', tasks: ['speech.recognise' as const], languages: ['en'] };
const pieces = storeOfFolder(tonePiecesFolder(), describedPieces);
afterAll(async () => (await pieces)[Symbol.asyncDispose]());

speechRecogniserContract(
  'transformers, a model of Parakeet’s kind,',
  async () => recogniser.open(testContext(await pieces)),
  writeMelodicSpeech,
);

const clipOf = (sentences: string[], pauseMs = 0): Float32Array =>
  Float32Array.from(melodicSpeech(sentences, { pauseMs }), (it) => it / 32_768);
const hear = async (opened: OpenedModel, ...clips: Float32Array[]) =>
  (await opened.call<TranscribedClips>({ kind: 'transcribe', clips })).clips;

describe('a model of Parakeet’s kind', () => {
  it('writes words of one piece and of several, each when it was said', async () => {
    await using opened = await OpenedModel.open(await pieces, CTC);
    for (const pauseMs of [0, 80, 130, 1_000]) {
      const [clip] = await hear(
        opened,
        clipOf(['where is the station', 'how is the weather today'], pauseMs),
      );
      expect(clip!.text).toBe('where is the station how is the weather today');
      let said = pauseMs;
      for (const { text, startMs, endMs, confidence } of clip!.words) {
        const endsMs = said + 440 * (text === 'station' || text === 'weather' ? 2 : 1);
        expect(Math.abs(startMs - said)).toBeLessThanOrEqual(80);
        expect(Math.abs(endMs - endsMs)).toBeLessThanOrEqual(160);
        expect(confidence).toBeGreaterThan(0.9);
        said = endsMs + (text === 'station' ? pauseMs : 0);
      }
    }
  });

  it('writes a word of its own, and one that is said twice', async () => {
    await using opened = await OpenedModel.open(await pieces, CTC);
    const said = ['is', 'dog', 'dog dog', 'station station', 'fox over fox'];
    const texts = [];
    for (const text of said) texts.push((await hear(opened, clipOf([text])))[0]!.text);
    expect(texts).toEqual(said);
    expect((await hear(opened, ...said.map((text) => clipOf([text])))).map(({ text }) => text)).toEqual(said);
  });

  it('knows its pieces as the tokenizer of the library writes them', async () => {
    const folder = dirname((await (await pieces).find((await pieces).catalogue[0]!))!['config.json']!);
    const opened = new OpenedFolder({ load: { folder, dtype: 'fp32' }, device: 'cpu', threads: 1 });
    const tokenizer = await opened.tokenizer();
    const { tokens, blank } = await lettersOf(folder, undefined);
    const ids = tokens.flatMap((_, id) => (id === blank ? [] : [id]));
    expect(tokens.join('').trim()).toBe(tokenizer.decode(ids, { skip_special_tokens: true }));
    expect(blank).toBe(tokens.length - 1);
  });

  it('hears nothing in silence, however long, nor in less than a frame, and refuses what is no sound', async () => {
    await using opened = await OpenedModel.open(await pieces, CTC);
    const silent = { language: null, text: '', words: [] };
    // From 4.8 s on the spectrogram of silence holds what is no number.
    for (const ms of [0, 79, 80, 2_000, 5_000, 28_000])
      expect(await hear(opened, new Float32Array(16 * ms))).toEqual([silent]);
    await expect(hear(opened, clipOf(['dog']).fill(NaN, 7, 8))).rejects.toMatchObject({
      code: 'model.input_invalid',
    });
  });

  it('is not opened without what tells how long a frame is', async () => {
    const { 'config.json': config, ...rest } = tonePiecesFolder();
    const { encoder_config: _, ...told } = JSON.parse(new TextDecoder().decode(config)) as {
      encoder_config: unknown;
    };
    const folder = { ...rest, 'config.json': new TextEncoder().encode(JSON.stringify(told)) };
    await using models = await storeOfFolder(folder, describedPieces);
    await using opened = await OpenedModel.open(models, CTC);
    await expect(hear(opened, clipOf(['dog']))).rejects.toMatchObject({
      message: expect.stringMatching(/its config.json has no encoder_config.subsampling_factor/) as string,
    });
  });

  it('hears a recording of more than half a minute to its end, and a language that it was told', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'intermodal-parakeet-'));
    const engine = await recogniser.open(testContext(await pieces));
    try {
      const sentence = Array<string>(3).fill('the quick brown fox jumps over the lazy dog').join(' ');
      const sentences = Array<string>(6).fill(sentence);
      await writeMelodicSpeech(join(folder, 'long.wav'), sentences, { pauseMs: 500 });
      const { signal } = new AbortController();
      const { text, words, language } = await engine.use.transcribe(join(folder, 'long.wav'), {
        ...{ language: 'en', signal },
      });
      expect(text).toBe(sentences.join(' '));
      expect(language).toBe('en');
      words.forEach(({ startMs, endMs }, i) => {
        const said = 440 * i + 500 * (1 + Math.floor(i / 27));
        expect(Math.abs(startMs - said)).toBeLessThanOrEqual(80);
        expect(Math.abs(endMs - said - 440)).toBeLessThanOrEqual(160);
      });
    } finally {
      await engine.close();
      await rm(folder, { recursive: true });
    }
  });
});
