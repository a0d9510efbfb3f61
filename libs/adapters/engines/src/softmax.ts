/** Scores as shares, which together are 1. */
export function softmax(logits: readonly number[]): number[] {
  const greatest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - greatest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** A score that is judged by itself, as a share. */
export const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));
