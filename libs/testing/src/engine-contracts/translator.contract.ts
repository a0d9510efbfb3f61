import type { OpenedEngine, Translator } from '@intermodal/models';
import { describe, expect, it } from 'vitest';
import { expectAborted, openedForSuite, signal } from './opened.ts';

/** What every Translator does; English to Spanish must be among its pairs. */
export function translatorContract(name: string, open: () => Promise<OpenedEngine<Translator>>): void {
  describe(`${name} is a Translator`, () => {
    const { engine } = openedForSuite(open);
    const translateAll = (texts: string[], from = 'en', to = 'es') =>
      engine().translate(texts, { from, to, signal });
    const translate = async (text: string, from?: string, to?: string) => {
      const [one] = await translateAll([text], from, to);
      if (one instanceof Error) throw one;
      return one!;
    };

    it('translates, both ways', async () => {
      expect((await translate('the house is big')).toLowerCase()).toMatch(/^la casa es grande\b/);
      expect((await translate('la casa es grande', 'es', 'en')).toLowerCase()).toMatch(
        /^the house is (big|large)\b/,
      );
    });

    it('answers each of many at once with its own', async () => {
      const numbers = Array.from({ length: 50 }, (_, i) => i);
      const answers = await Promise.all(numbers.map((i) => translate(`the house number ${i} is big`)));
      for (const i of numbers) expect(answers[i]).toMatch(new RegExp(`\\b${i}\\b`));
    });

    it('answers several in one call as each of them, in their order', async () => {
      const texts = ['the house is big', '', 'The house. The red house.', 'the house is big', 'red\n'];
      const alone: string[] = [];
      for (const text of texts) alone.push(await translate(text));
      expect(await translateAll(texts)).toEqual(alone);
      expect(new Set(alone).size).toBe(4);
      expect(await translateAll([])).toEqual([]);
    });

    it('adds no full stop and keeps the one there is', async () => {
      expect(await translate('the house')).not.toMatch(/[.]$/);
      expect(await translate('The house is big.')).toMatch(/[^.][.]$/);
    });

    it.each(['[x]', '^y$', '<b>house</b>', 'a\\b', '{z} @ /', '😀', 'one\ntwo'])(
      'keeps the signs of %j',
      async (text) => {
        const signs = (value: string) => value.replace(/[\p{L}\s]/gu, '');
        expect(signs(await translate(text))).toBe(signs(text));
      },
    );

    it.each(['', '  ', '\n'])('gives nothing for %j', async (text) => {
      expect(await translate(text)).toBe('');
    });

    it('gives a text in its own language back as it is, of any language', async () => {
      expect(await translate('  as  it is ', 'tlh', 'tlh')).toBe('  as  it is ');
    });

    it('takes a long text', async () => {
      const answer = await translate('The house is big. '.repeat(500));
      expect(answer.match(/casa/gi)).toHaveLength(500);
    });

    it('refuses a pair that is not there and names those that are, even for an empty text', async () => {
      await expect(translate('', 'en', 'tlh')).rejects.toMatchObject({
        code: 'language.unsupported',
        message: expect.stringMatching(/'tlh'.*en to es/) as string,
      });
    });

    it('stops when it is told to, and serves the next', async () => {
      const stop = new AbortController();
      const reason = new Error('told to stop');
      const long = engine().translate(['the house is big. '.repeat(2000)], {
        from: 'en',
        to: 'es',
        signal: stop.signal,
      });
      const next = translate('the house');
      stop.abort(reason);
      await expect(long).rejects.toBe(reason);
      expect((await next).toLowerCase()).toContain('casa');
      await expectAborted((aborted) =>
        engine().translate(['house'], { from: 'en', to: 'es', signal: aborted }),
      );
    });
  });
}
