import { writeFile } from 'node:fs/promises';
import { IntermodalError } from '@intermodal/contracts';
import { SpeechSynthesiser, wavOfFloats, type Model } from '@intermodal/models';
import { LATENT_SPEECH } from '../latent-speech/latent-speech.ts';
import { readInVoice } from '../latent-speech/read-in-voice.ts';
import { readByPhonemes } from '../style-speech/read-by-phonemes.ts';
import { STYLE_SPEECH } from '../style-speech/style-speech.ts';
import { transformersEngine } from '../transformers-engine.ts';
import type { TransformersModel } from '../transformers-model.ts';
import { VITS, type ReadTexts, type SpeakTexts, type SpokenTexts } from '../vits/vits.ts';

const PAUSE_MS = 150;

const KINDS = [VITS, STYLE_SPEECH, LATENT_SPEECH];

export default transformersEngine(SpeechSynthesiser, 'speech.synthesise', KINDS, (opened) => {
  const read = readerOf(opened);
  return {
    async speak(text, path, { language, signal }) {
      signal.throwIfAborted();
      refuseUnspoken(opened.model, language);
      const texts = sentencesOf(text);
      // What has nothing to say is asked all the same: at which rate others are spoken, only the model knows.
      const { sounds, rate } = await read(texts.length > 0 ? texts : ['a'], { language, signal });
      const spoken = joined(texts.length > 0 ? sounds : [], rate);
      await writeFile(path, wavOfFloats(spoken, rate), { signal });
    },
  };
});

function readerOf(opened: TransformersModel): ReadTexts {
  if (opened.archetype === STYLE_SPEECH) return readByPhonemes(opened);
  if (opened.archetype === LATENT_SPEECH) return readInVoice(opened);
  return async (texts, { signal }) => {
    const request: SpeakTexts = { kind: 'speak', texts };
    return (await opened.call(request, { signal })) as SpokenTexts;
  };
}

function refuseUnspoken({ id, languages }: Model, language: string): void {
  if (languages.includes(language)) return;
  throw new IntermodalError(
    'language.unsupported',
    languages.length > 0
      ? `There is no voice for '${language}' here: the model ${id} speaks ${languages.join(', ')}.`
      : `Nobody says which languages the model ${id} speaks, and '${language}' was asked for: name them under "languages" of the model.`,
  );
}

/** They are spoken together, and follow each other. Those without a letter or digit have nothing to say. */
const sentencesOf = (text: string): string[] =>
  text
    .split(/(?<=[.!?。！？…])\s+|\n+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));

/** One behind the other, a pause apart. */
function joined(sounds: readonly Float32Array[], rate: number): Float32Array {
  const pause = Math.round((PAUSE_MS / 1000) * rate);
  const length = sounds.reduce((sum, sound) => sum + sound.length + pause, sounds.length > 0 ? -pause : 0);
  const samples = new Float32Array(length);
  let at = 0;
  for (const sound of sounds) {
    samples.set(sound, at);
    at += sound.length + pause;
  }
  return samples;
}
