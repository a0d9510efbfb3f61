import { random, SupertonicForConditionalGeneration, Tensor } from '@huggingface/transformers';
import { RunnerFault, type LoadOptions, type Runner, type RunnerCall } from '../../hosts/runner.ts';
import { runFault } from '../../onnx/onnx-faults.ts';
import { OpenedFolder } from '../open-folder.ts';
import { floatsOf } from '../run-model.ts';
import { contextTokensOf, tokenBatches, type TokenBatch } from '../token-batches.ts';
import type { SpokenTexts } from '../vits/vits.ts';
import { VoiceFiles } from '../voice-files.ts';
import type { SpeakInVoice } from './latent-speech.ts';

/** Of the noise that each text is made of: so a text sounds the same whenever it is spoken, and whatever it is spoken with. */
const SEED = 1;

/** Reads texts aloud, one after the other: of a batch the noise of each would depend on the others. Interrupted between two. */
export async function load(options: LoadOptions): Promise<Runner> {
  const folder = new OpenedFolder(options);
  const [tokenizer, opened] = await Promise.all([
    folder.tokenizer(),
    folder.model(SupertonicForConditionalGeneration),
  ]);
  const model = opened as SupertonicForConditionalGeneration;
  const { sampling_rate: rate, style_dim: width } = model.config as {
    sampling_rate?: number;
    style_dim?: number;
  };
  if (!rate || !width) throw new Error('its config.json has no sampling_rate or no style_dim');
  const contextTokens = contextTokensOf(tokenizer, model.config);
  const voices = new VoiceFiles(folder.load.folder, width);

  async function speak({ texts, voice }: SpeakInVoice, { signal, alive }: RunnerCall): Promise<SpokenTexts> {
    const styles = await voices.read(voice);
    const style = new Tensor('float32', styles, [1, styles.length / width!, width!]);
    const sounds: Float32Array[] = [];
    for (const text of texts) {
      // Only then it is heard that nobody waits any more.
      await new Promise(setImmediate);
      signal.throwIfAborted();
      const [batch] = tokenBatches(tokenizer, [text], { contextTokens }).batches;
      sounds.push(await run(batch!, style));
      alive();
    }
    return { sounds, rate: rate! };
  }

  async function run({ inputs }: TokenBatch, style: Tensor): Promise<Float32Array> {
    random.seed(SEED);
    try {
      const { waveform, durations } = await model.generate_speech({ ...inputs, style });
      const [samples] = floatsOf({ durations }, 'durations').data;
      return floatsOf({ waveform }, 'waveform').data.slice(0, Math.ceil(samples!));
    } catch (error) {
      throw error instanceof RunnerFault ? error : runFault(error);
    }
  }
  return { handle: (request, call) => speak(request as SpeakInVoice, call) };
}
