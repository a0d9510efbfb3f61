import { describe, expect, it } from 'vitest';
import { kokoroPhonemes } from './kokoro-phonemes.ts';

const said: string[] = [];
const say = async (words: string) => {
  said.push(words.trim());
  return `‹${words.trim()}›`;
};

describe('kokoroPhonemes', () => {
  it('keeps the signs between words, and those within words with them', async () => {
    said.length = 0;
    expect(await kokoroPhonemes('Oh, it was 3.14 (i.o. pi) — «how»!', false, say)).toBe(
      '‹Oh›, ‹it was 3.14› (‹i.o›. ‹pi›) — “‹how›”!',
    );
    expect(said).toEqual(['Oh', 'it was 3.14', 'i.o', 'pi', 'how']);
  });

  it('asks for nothing where there is nothing to say', async () => {
    said.length = 0;
    expect(await kokoroPhonemes('… !', false, say)).toBe('… !');
    expect(said).toEqual([]);
  });

  it.each([
    [false, 'həlˈo^ʊ wˈɜːld', 'həlˈO wˈɜɹld'],
    [true, 'həlˈə^ʊ wˈɜːld', 'həlˈQ wˈɜːld'],
    [false, 'ðɪ bˈʌʔn̩ d^ʒˈɔ^ɪ t^ʃˈɛɹ nˈa^ʊ', 'ðɪ bˈʌtᵊn ʤˈY ʧˈɛɹ nˈW'],
    [true, 'ðˈe^ə', 'ðˈɛː'],
    [false, 'nˈa^ɪt lˈe^ɪk', 'nˈIt lˈAk'],
  ])('writes the letters of Kokoro (British: %s), %s', async (british, espeak, kokoro) => {
    expect(await kokoroPhonemes('word', british, async () => espeak)).toBe(kokoro);
  });
});
