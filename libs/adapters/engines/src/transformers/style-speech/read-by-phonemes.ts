import { IntermodalError } from '@intermodal/contracts';
import { phonemesOf } from '../../espeak-ng/phonemes.ts';
import type { TransformersModel } from '../transformers-model.ts';
import type { ReadTexts, SpokenTexts } from '../vits/vits.ts';
import { kokoroPhonemes } from './kokoro-phonemes.ts';
import { stretchesOf } from '../stretches.ts';
import type { SpeakPhonemes } from './style-speech.ts';

/** Between the two tokens around it, of the 512 that it reads. */
const MOST_PHONEMES = 510;

/** Voices are named by their accent: `af_heart` is an American woman's, `bm_george` a British man's. Others read languages that we have no phonemes for. */
const ENGLISH_VOICE = /^voices\/([ab])[fm]_[a-z0-9]+\.bin$/;

/**
 * How a model of Kokoro's kind reads texts: espeak-ng tells how they are said.
 * @throws IntermodalError `model.invalid` where it has no English voice
 */
export function readByPhonemes(opened: TransformersModel): ReadTexts {
  const { id, files } = opened.model;
  const voice = files.map(({ file }) => ENGLISH_VOICE.exec(file)).find((match) => match !== null);
  if (!voice)
    throw new IntermodalError(
      'model.invalid',
      `The model ${id} has no English voice: add one to its files, such as voices/af_heart.bin.`,
    );
  const british = voice[1] === 'b';
  return async (texts, { signal }) => {
    const phonemes: string[] = [];
    for (const text of texts) {
      const say = (words: string) => phonemesOf(words, british ? 'en-gb' : 'en-us', signal);
      phonemes.push(...stretchesOf(await kokoroPhonemes(text, british, say), MOST_PHONEMES));
    }
    const request: SpeakPhonemes = { kind: 'speak-phonemes', phonemes, voice: voice[0] };
    return (await opened.call(request, { signal })) as SpokenTexts;
  };
}
