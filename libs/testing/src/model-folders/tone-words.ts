import { writeSamples } from '../make-wav.ts';

/** What the speech models of the tests know: a word is a tone of half a second. In English and in French it is the same tone. */
const WORDS: readonly (readonly [english: string, french: string])[] = [
  ['where', 'ou'],
  ['is', 'est'],
  ['the', 'le'],
  ['station', 'gare'],
  ['how', 'comment'],
  ['old', 'vieux'],
  ['bridge', 'pont'],
  ['weather', 'temps'],
  ['very', 'tres'],
  ['nice', 'beau'],
  ['today', 'jour'],
  ['quick', 'vite'],
  ['brown', 'brun'],
  ['fox', 'renard'],
  ['jumps', 'saute'],
  ['over', 'sur'],
  ['lazy', 'lent'],
  ['dog', 'chien'],
];
export const ENGLISH: readonly string[] = WORDS.map(([english]) => english);
export const FRENCH: readonly string[] = WORDS.map(([, french]) => french);

export const TONE_MS = 500;
const RATE = 16_000;
const LEVEL = 0.3;

/** Of 80 bands of the mel scale between 0 and 8 kHz: so far apart that they are not mixed up. */
export const bandOf = (word: number): number => 8 + 3 * word;
/** French is spoken with a hum. */
export const HUM_BAND = 2;

/** The middle of a band (Slaney's scale: linear below 1 kHz). */
export function hertzOf(band: number): number {
  const mel = ((band + 1) * melOf(8_000)) / 81;
  return mel < 15 ? (200 * mel) / 3 : 1_000 * Math.exp((Math.log(6.4) / 27) * (mel - 15));
}

const melOf = (hertz: number): number => 15 + (27 * Math.log(hertz / 1_000)) / Math.log(6.4);

/**
 * Writes speech that those models understand, as 16 kHz mono WAV.
 * @param options.pauseMs silence before, between and after the sentences
 */
export const writeToneSpeech = (
  path: string,
  sentences: readonly string[],
  options: { pauseMs: number },
): Promise<void> => writeSamples(path, toneSpeech(sentences, options));

export function toneSpeech(sentences: readonly string[], { pauseMs }: { pauseMs: number }): Int16Array {
  const pause = new Array<number>((pauseMs * RATE) / 1000).fill(0);
  return Int16Array.from(
    sentences.reduce<number[]>((all, sentence) => all.concat(tonesOf(sentence), pause), pause),
  );
}

function tonesOf(sentence: string): number[] {
  const words = sentence.split(' ');
  const vocabulary = words.every((word) => ENGLISH.includes(word)) ? ENGLISH : FRENCH;
  const hum = vocabulary === FRENCH ? hertzOf(HUM_BAND) : 0;
  return words.flatMap((word) => {
    const at = vocabulary.indexOf(word);
    if (at < 0) throw new Error(`'${word}' of '${sentence}' is no word of the speech models of the tests.`);
    const length = (TONE_MS * RATE) / 1000;
    return Array.from({ length }, (_, i) => {
      const wave = (hertz: number): number => Math.sin((2 * Math.PI * hertz * i) / RATE);
      // It swells and falls, as speech does for those who look for it.
      const swell = 0.25 + 0.75 * Math.sin((Math.PI * i) / length) ** 2;
      return 32_767 * LEVEL * swell * (wave(hertzOf(bandOf(at))) + wave(hum));
    });
  });
}
