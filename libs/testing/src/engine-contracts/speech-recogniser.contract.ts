import type { OpenedEngine, SpeechRecogniser } from '@intermodal/models';
import { describe, expect, it } from 'vitest';
import { makeSpeech } from '../make-speech.ts';
import { writeSounds } from '../make-wav.ts';
import { expectAborted, openedForSuite, signal } from './opened.ts';

/**
 * What every SpeechRecogniser does; English must be among its languages.
 * @param say writes speech that it understands
 */
export function speechRecogniserContract(
  name: string,
  open: () => Promise<OpenedEngine<SpeechRecogniser>>,
  say: typeof makeSpeech = makeSpeech,
): void {
  describe(`${name} is a SpeechRecogniser`, () => {
    const { engine, at } = openedForSuite(open);
    const hear = (path: string, language = 'en') => engine().transcribe(path, { language, signal });

    it('hears a sentence, and when each word is said', async () => {
      await say(at('sentence.wav'), ['where is the station'], { pauseMs: 0 });
      const { text, words } = await hear(at('sentence.wav'));
      expect(text).toBe('where is the station');
      expect(words.map((word) => word.text).join(' ')).toBe(text);
      for (const [i, word] of words.entries()) {
        expect(word.endMs).toBeGreaterThan(word.startMs);
        expect(word.startMs).toBeGreaterThanOrEqual(words[i - 1]?.endMs ?? 0);
      }
    });

    it('keeps calls at once apart', async () => {
      const sentences = ['how old is the bridge', 'the weather is very nice today'];
      const paths = sentences.map((_, i) => at(`at once ${i}.wav`));
      await Promise.all(sentences.map((text, i) => say(paths[i]!, [text], { pauseMs: 100 })));
      const alone: string[] = [];
      for (const path of paths) alone.push((await hear(path)).text);
      const together = await Promise.all(paths.map((path) => hear(path)));
      expect(together.map((it) => it.text)).toEqual(alone);
      expect(alone).toEqual(sentences);
    });

    it.each([0, 5, 2000])('hears nothing in %i ms of silence', async (ms) => {
      await writeSounds(at('silence.wav'), [{ kind: 'silence', ms }]);
      expect(await hear(at('silence.wav'))).toEqual({ text: '', words: [] });
    });

    it('refuses a language that it does not know, before it looks at the file', async () => {
      await expect(hear(at('there is none.wav'), 'tlh')).rejects.toMatchObject({
        code: 'language.unsupported',
      });
    });

    it('refuses what is no 16 kHz mono WAV', async () => {
      await writeSounds(at('fast.wav'), [{ kind: 'tone', ms: 10 }], 44_100);
      await expect(hear(at('fast.wav'))).rejects.toMatchObject({ code: 'media.unsupported' });
    });

    it('stops in the middle when it is told to, and serves the next', async () => {
      await say(at('next.wav'), ['where is the station'], { pauseMs: 0 });
      const reason = new Error('told to stop');
      // As long as it must be, so that the engine has not ended it before the short one.
      for (let sentences = 4, ended: unknown = 'heard'; ended === 'heard'; sentences *= 4) {
        const text = Array<string>(sentences).fill('the quick brown fox jumps over the lazy dog');
        await say(at('long.wav'), text, { pauseMs: 0 });
        const stop = new AbortController();
        const long = engine().transcribe(at('long.wav'), { language: 'en', signal: stop.signal });
        const next = hear(at('next.wav')).then(() => stop.abort(reason));
        ended = await long.then(
          () => 'heard',
          (error: unknown) => error,
        );
        await next;
        if (ended !== 'heard' || sentences > 64) expect(ended).toBe(reason);
      }
      expect((await hear(at('next.wav'))).text).toBe('where is the station');
      await expectAborted((aborted) =>
        engine().transcribe(at('next.wav'), { language: 'en', signal: aborted }),
      );
    });
  });
}
