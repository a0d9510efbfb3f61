/**
 * How well each label fits, as shares of one, in a space that two networks share.
 * @param sharpness by which cosines are multiplied before they become shares, as the networks were trained
 */
export function fitOfLabels(
  seen: readonly number[],
  labels: readonly (readonly number[])[],
  sharpness: number,
): number[] {
  const likeness = labels.map((label) => sharpness * product(seen, label));
  const greatest = Math.max(...likeness);
  const powers = likeness.map((value) => Math.exp(value - greatest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => Math.min(1, power / sum));
}

const product = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((sum, value, i) => sum + value * other[i]!, 0);
