import { IntermodalError } from '@intermodal/contracts';
import { stretchesOf } from '../stretches.ts';
import type { TransformersModel } from '../transformers-model.ts';
import type { ReadTexts } from '../vits/vits.ts';
import type { SpeakInVoice } from './latent-speech.ts';

/** Letters that are spoken in one go, at most: longer ones it hurries through, as its makers say (https://github.com/supertone-inc/supertonic). */
const MOST_LETTERS = 300;

const VOICE = /^voices\/[^/]+\.bin$/;

/**
 * How a model of Supertonic's kind reads texts: in the first voice of its files. One of several languages is told by a tag which it is.
 * @throws IntermodalError `model.invalid` where it has no voice
 */
export function readInVoice(opened: TransformersModel): ReadTexts {
  const { id, files, languages } = opened.model;
  const voice = files.map(({ file }) => file).find((file) => VOICE.test(file));
  if (voice === undefined)
    throw new IntermodalError(
      'model.invalid',
      `The model ${id} has no voice: add one to its files, such as voices/F1.bin.`,
    );
  return async (texts, { language, signal }) => {
    const stretches = texts.flatMap((text) => stretchesOf(text, MOST_LETTERS));
    const tagged = (text: string) => (languages.length > 1 ? `<${language}>${text}</${language}>` : text);
    const request: SpeakInVoice = { kind: 'speak-in-voice', texts: stretches.map(tagged), voice };
    return (await opened.call(request, { signal })) as Awaited<ReturnType<ReadTexts>>;
  };
}
