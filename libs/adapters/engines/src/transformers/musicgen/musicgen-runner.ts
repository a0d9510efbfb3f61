import { MusicgenForConditionalGeneration, random, type Tensor } from '@huggingface/transformers';
import type { MadeSound } from '@intermodal/models';
import { RunnerFault, type LoadOptions, type Runner, type RunnerCall } from '../../hosts/runner.ts';
import { runFault } from '../../onnx/onnx-faults.ts';
import { OpenedFolder } from '../open-folder.ts';
import { withoutSigns } from '../own-signs.ts';
import { floatsOf } from '../run-model.ts';
import { contextTokensOf, tokenBatches } from '../token-batches.ts';
import type { MakeSound } from './musicgen.ts';
import { longestSeconds, soundShapeOf, stepsFor } from './sound-shape.ts';
import { watchedSound } from './watched-sound.ts';

/** Makes one sound at a time. Interrupted between two steps of it. */
export async function load(options: LoadOptions): Promise<Runner> {
  const folder = new OpenedFolder(options);
  const [tokenizer, model] = await Promise.all([
    folder.tokenizer(),
    folder.model(MusicgenForConditionalGeneration),
  ]);
  const shape = soundShapeOf(model.config);
  const contextTokens = contextTokensOf(tokenizer, model.config);

  async function make(asked: MakeSound, call: RunnerCall): Promise<MadeSound> {
    const { description, seconds, seed, guidance } = asked;
    const { samples, steps } = stepsFor(seconds, shape);
    if (steps > shape.steps)
      throw new RunnerFault(
        'input.too_large',
        `has room for ${longestSeconds(shape)} s of sound, and ${seconds} s were asked for: ask for less.`,
      );
    const text = withoutSigns(description, tokenizer.all_special_tokens as readonly string[]);
    const { batches } = tokenBatches(tokenizer, [text], { contextTokens });
    const waves = await wavesOf({
      ...batches[0]!.inputs,
      // Those that the model's own settings have are left out: a sound has no end but its length.
      ...{ max_new_tokens: steps, eos_token_id: null, forced_eos_token_id: null },
      // The likeliest codes make a hum: they are drawn by their likelihood, the same each time.
      ...{ do_sample: true, num_beams: 1, guidance_scale: guidance },
      logits_processor: watchedSound(call, { steps, seconds }),
    });
    if (waves.length < samples)
      throw new RunnerFault(
        'model.output_invalid',
        `made ${waves.length} samples of sound, and ${samples} were asked for.`,
      );
    return { samples: waves.slice(0, samples), sampleRate: shape.sampleRate };

    async function wavesOf(inputs: object): Promise<Float32Array> {
      random.seed(seed);
      try {
        const audio_values = (await model.generate(inputs as never)) as Tensor;
        return floatsOf({ audio_values }, 'audio_values').data;
      } catch (error) {
        call.signal.throwIfAborted();
        throw error instanceof RunnerFault ? error : runFault(error);
      }
    }
  }
  return { handle: (request, call) => make(request as MakeSound, call) };
}
