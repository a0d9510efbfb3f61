/** What is said between two signs, and the sign. Within numbers and abbreviations they are part of the word. */
const SIGNS = /([;:,.!?…]+(?=[\s"”»)]|$)|[—"“”«»()])/u;

/**
 * A text as Kokoro reads it: phonemes, with the signs that tell it where to pause and how to end.
 * @param say gives the phonemes of what stands between signs
 */
export async function kokoroPhonemes(
  text: string,
  british: boolean,
  say: (words: string) => Promise<string>,
): Promise<string> {
  let written = '';
  for (const [i, part] of text.split(SIGNS).entries()) {
    if (i % 2 === 1) {
      written += SIGN[part] ?? part;
      continue;
    }
    const said = /[\p{L}\p{N}]/u.test(part) ? asKokoro(await say(part), british) : '';
    const [before, behind] = [/^\s/, /\s$/].map((space) => (space.test(part) ? ' ' : ''));
    written += said === '' ? (before ?? '') : `${before}${said}${behind}`;
  }
  return written.trim();
}

const SIGN: Readonly<Record<string, string>> = { '«': '“', '»': '”' };

/**
 * Sounds of espeak-ng in the letters that Kokoro was trained with, the longest first: diphthongs and affricates are one letter there
 * (https://github.com/hexgrad/misaki/blob/main/EN_PHONES.md, "From espeak to Misaki").
 */
const ENGLISH: Sounds = [
  ['ʔˌn\u0329', 'tᵊn'],
  ['ʔn\u0329', 'tᵊn'],
  ...pairs('a^ɪ I, a^ʊ W, d^ʒ ʤ, e^ɪ A, t^ʃ ʧ, ɔ^ɪ Y, ə^l ᵊl, ʔn tᵊn, ʲO jO, ʲQ jQ'),
  ...pairs('r ɹ, x k, ç k, ɐ ə, ɚ əɹ, ɬ l, ʔ t'),
  ['ʲ', ''],
  ['\u0303', ''],
];
const AMERICAN: Sounds = [...pairs('o^ʊ O, ɜːɹ ɜɹ, ɜː ɜɹ, ɪə iə'), ['ː', '']];
const BRITISH: Sounds = pairs('e^ə ɛː, iə ɪə, ə^ʊ Q');

type Sounds = readonly (readonly [espeak: string, kokoro: string])[];

function pairs(told: string): Sounds {
  return told.split(', ').map((pair) => pair.split(' ') as [string, string]);
}

function asKokoro(said: string, british: boolean): string {
  const replaced = (text: string, sounds: Sounds): string =>
    sounds.reduce((done, [espeak, kokoro]) => done.replaceAll(espeak, kokoro), text);
  // The sign below a consonant that is a syllable by itself; and `e` alone is the first half of a diphthong to both.
  const english = replaced(said, ENGLISH)
    .replaceAll(/(\S)\u0329/g, 'ᵊ$1')
    .replaceAll(/e(?!\^)/g, 'A');
  return replaced(english, british ? BRITISH : AMERICAN).replaceAll('^', '');
}
