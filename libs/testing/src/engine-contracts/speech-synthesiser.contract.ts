import { durationMsOf, readWavLayout, type OpenedEngine, type SpeechSynthesiser } from '@intermodal/models';
import { describe, expect, it } from 'vitest';
import { expectAborted, openedForSuite, signal } from './opened.ts';

/** What every SpeechSynthesiser does; English and Spanish must be among its languages. */
export function speechSynthesiserContract(
  name: string,
  open: () => Promise<OpenedEngine<SpeechSynthesiser>>,
): void {
  describe(`${name} is a SpeechSynthesiser`, () => {
    const { engine, at } = openedForSuite(open);
    const speak = async (text: string, language = 'en') => {
      await engine().speak(text, at('spoken.wav'), { language, signal });
      return readWavLayout(at('spoken.wav'));
    };

    it('writes mono 16-bit WAV, longer for more words, always at one rate', async () => {
      const short = await speak('bridge');
      const long = await speak('how old is the brooklyn bridge, and who built it?');
      const spanish = await speak('¿Cuántos años tiene el puente?', 'es');
      expect(short.channels).toBe(1);
      expect(durationMsOf(short)).toBeGreaterThan(200);
      expect(durationMsOf(long)).toBeGreaterThan(2 * durationMsOf(short));
      expect([long.sampleRate, spanish.sampleRate]).toEqual([short.sampleRate, short.sampleRate]);
    });

    it.each(['--version', '-f /etc/passwd', '$(date)', '[[h@l]]', '<speak>a</speak>', 'a\0b'])(
      'reads %j as a text',
      async (text) => {
        expect(durationMsOf(await speak(text))).toBeGreaterThan(100);
      },
    );

    it.each(['', '   ', '…', '\n'])('is silent for %j', async (text) => {
      expect(durationMsOf(await speak(text))).toBe(0);
    });

    it('refuses a language that it does not speak and names those that it does', async () => {
      await expect(speak('bridge', 'qq')).rejects.toMatchObject({
        code: 'language.unsupported',
        message: expect.stringMatching(/'qq'.*\ben\b/) as string,
      });
    });

    it('stops when it is told to', async () => {
      await expectAborted((stop) => engine().speak('a', at('never.wav'), { language: 'en', signal: stop }));
    });
  });
}
