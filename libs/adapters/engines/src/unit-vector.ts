/** The same direction with length 1; nothing but zeros stays as it is. */
export function unitVector(values: readonly number[]): number[] {
  const length = Math.hypot(...values);
  return length === 0 ? [...values] : values.map((value) => value / length);
}
