import { LogitsProcessor, type Tensor } from '@huggingface/transformers';
import { RunnerFault, type RunnerCall } from '../hosts/runner.ts';

/** Looks on at every step of a model that draws what it goes on with: interrupts it between two, and notices what is no number. */
export class WatchedSteps extends LogitsProcessor {
  readonly #call: RunnerCall;
  readonly #onStep: ((step: number) => void) | undefined;
  #steps = 0;

  /** @param onStep told which one it is, from 1 */
  constructor(call: RunnerCall, onStep?: (step: number) => void) {
    super();
    this.#call = call;
    this.#onStep = onStep;
  }

  override _call(_rows: bigint[][], logits: Tensor): Tensor {
    this.#call.signal.throwIfAborted();
    this.#call.alive();
    if ((logits.data as Float32Array).some(Number.isNaN))
      throw new RunnerFault('model.output_invalid', 'gave values in logits that are no numbers (NaN).');
    this.#onStep?.(++this.#steps);
    return logits;
  }
}
