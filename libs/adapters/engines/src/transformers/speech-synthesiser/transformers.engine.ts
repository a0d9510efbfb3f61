import { writeFile } from 'node:fs/promises';
import { IntermodalError } from '@intermodal/contracts';
import { SpeechSynthesiser, wavOfFloats, type Model } from '@intermodal/models';
import { readByPhonemes } from '../style-speech/read-by-phonemes.ts';
import { STYLE_SPEECH } from '../style-speech/style-speech.ts';
import { transformersEngine } from '../transformers-engine.ts';
import type { TransformersModel } from '../transformers-model.ts';
import { VITS, type SpeakTexts, type SpokenTexts } from '../vits/vits.ts';

const PAUSE_MS = 150;

export default transformersEngine(SpeechSynthesiser, 'speech.synthesise', [VITS, STYLE_SPEECH], (opened) => {
  const read = opened.archetype === STYLE_SPEECH ? readByPhonemes(opened) : readAtOnce(opened);
  return {
    async speak(text, path, { language, signal }) {
      signal.throwIfAborted();
      refuseUnspoken(opened.model, language);
      const texts = sentencesOf(text);
      // What has nothing to say is asked all the same: at which rate others are spoken, only the model knows.
      const { sounds, rate } = await read(texts.length > 0 ? texts : ['a'], signal);
      const spoken = joined(texts.length > 0 ? sounds : [], rate);
      await writeFile(path, wavOfFloats(spoken, rate), { signal });
    },
  };
});

const readAtOnce =
  (opened: TransformersModel) =>
  async (texts: readonly string[], signal: AbortSignal): Promise<SpokenTexts> => {
    const request: SpeakTexts = { kind: 'speak', texts };
    return (await opened.call(request, { signal })) as SpokenTexts;
  };

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
