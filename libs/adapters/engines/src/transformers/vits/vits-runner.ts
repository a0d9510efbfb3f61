import { AutoModelForTextToWaveform } from '@huggingface/transformers';
import type { LoadOptions, Runner, RunnerCall } from '../../hosts/runner.ts';
import { OpenedFolder } from '../open-folder.ts';
import { floatsOf, runModel } from '../run-model.ts';
import { contextTokensOf, tokenBatches } from '../token-batches.ts';
import type { SpeakTexts, SpokenTexts } from './vits.ts';

/** Reads texts aloud, several in one run. Interrupted between two runs. */
export async function load(options: LoadOptions): Promise<Runner> {
  const folder = new OpenedFolder(options);
  const [tokenizer, model] = await Promise.all([
    folder.tokenizer(),
    folder.model(AutoModelForTextToWaveform),
  ]);
  const { sampling_rate: rate } = model.config as { sampling_rate?: number };
  if (rate === undefined) throw new Error('its config.json has no sampling_rate');
  const contextTokens = contextTokensOf(tokenizer, model.config);

  async function speak({ texts }: SpeakTexts, { signal, alive }: RunnerCall): Promise<SpokenTexts> {
    const sounds: Float32Array[] = [];
    for (const { places, inputs } of tokenBatches(tokenizer, texts, { contextTokens }).batches) {
      signal.throwIfAborted();
      const outputs = await runModel(model, inputs);
      const spoken = trimmed(floatsOf(outputs, 'waveform'), floatsOf(outputs, 'spectrogram'));
      places.forEach((at, row) => (sounds[at] = spoken[row]!));
      alive();
    }
    return { sounds, rate: rate! };
  }
  return { handle: (request, call) => speak(request as SpeakTexts, call) };
}

type Floats = ReturnType<typeof floatsOf>;

/**
 * Each row for as long as it was predicted to be. In a batch all are as long as the longest, and the network hums behind the end of the others; how
 * long each is it does not say, but it leaves their spectrograms at zero there.
 */
function trimmed(waveform: Floats, spectrogram: Floats): Float32Array[] {
  const rows = waveform.dims[0]!;
  const samples = waveform.data.length / rows;
  // [rows, channels, frames]
  const frames = spectrogram.dims.at(-1)!;
  const values = spectrogram.data.length / rows;
  return Array.from({ length: rows }, (_, row) => {
    const own = spectrogram.data.subarray(row * values, (row + 1) * values);
    const spoken = own.reduce(
      (last, value, at) => (value === 0 ? last : Math.max(last, (at % frames) + 1)),
      0,
    );
    const length = Math.round(spoken * (samples / frames));
    return waveform.data.slice(row * samples, row * samples + length);
  });
}
