import { StyleTextToSpeech2Model, Tensor } from '@huggingface/transformers';
import type { LoadOptions, Runner, RunnerCall } from '../../hosts/runner.ts';
import { OpenedFolder } from '../open-folder.ts';
import { floatsOf, runModel } from '../run-model.ts';
import { contextTokensOf, tokenBatches } from '../token-batches.ts';
import type { SpokenTexts } from '../vits/vits.ts';
import { VoiceFiles } from '../voice-files.ts';
import type { SpeakPhonemes, StyleSpeechRequest } from './style-speech.ts';

/** Kokoro's; no file of the model says it. */
const RATE = 24_000;
/** Of a style; a voice has one for each number of phonemes, from none. */
const STYLE = 256;
/** A token stands on both sides of what is spoken. */
const AROUND = 2;

/** Reads phonemes aloud, one stretch after the other: its networks take one. Interrupted between two. */
export async function load(options: LoadOptions): Promise<Runner> {
  const folder = new OpenedFolder(options);
  const [tokenizer, model] = await Promise.all([folder.tokenizer(), folder.model(StyleTextToSpeech2Model)]);
  const contextTokens = contextTokensOf(tokenizer, model.config);
  const voices = new VoiceFiles(folder.load.folder, STYLE);

  async function speak(
    { phonemes, voice }: SpeakPhonemes,
    { signal, alive }: RunnerCall,
  ): Promise<SpokenTexts> {
    const styles = await voices.read(voice);
    const sounds: Float32Array[] = [];
    for (const one of phonemes) {
      // Only then it is heard that nobody waits any more.
      await new Promise(setImmediate);
      signal.throwIfAborted();
      const [batch] = tokenBatches(tokenizer, [one], { contextTokens }).batches;
      const { input_ids } = batch!.inputs;
      sounds.push(await run(input_ids, styleFor(styles, input_ids.dims.at(-1)! - AROUND)));
      alive();
    }
    return { sounds, rate: RATE };
  }

  async function run(input_ids: Tensor, style: Float32Array): Promise<Float32Array> {
    const outputs = await runModel(model, {
      input_ids,
      style: new Tensor('float32', style, [1, STYLE]),
      speed: new Tensor('float32', [1], [1]),
    });
    return floatsOf(outputs, 'waveform').data;
  }

  return {
    async handle(request, call) {
      const asked = request as StyleSpeechRequest;
      if (asked.kind === 'speak-phonemes') return speak(asked, call);
      const [batch] = tokenBatches(tokenizer, ['a'], { contextTokens }).batches;
      await run(batch!.inputs.input_ids, new Float32Array(STYLE));
      return undefined;
    },
  };
}

/** That of the longest where there are more phonemes than it has styles for. */
function styleFor(styles: Float32Array, phonemes: number): Float32Array {
  const row = Math.min(Math.max(phonemes, 0), styles.length / STYLE - 1);
  return styles.slice(row * STYLE, (row + 1) * STYLE);
}
