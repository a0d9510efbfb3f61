import { LogitsProcessor, type Tensor } from '@huggingface/transformers';

/** Notes how likely the likeliest token of each step is, which is the one that is written. For one row. */
export class SureTokens extends LogitsProcessor {
  readonly shares: number[] = [];

  override _call(_rows: bigint[][], logits: Tensor): Tensor {
    const data = logits.data as Float32Array;
    let greatest = -Infinity;
    for (const logit of data) if (logit > greatest) greatest = logit;
    let sum = 0;
    for (const logit of data) sum += Math.exp(logit - greatest);
    this.shares.push(1 / sum);
    return logits;
  }
}
