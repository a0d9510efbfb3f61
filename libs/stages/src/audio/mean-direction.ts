/** The direction in which all vectors lie together; of length 1. */
export function meanDirection(vectors: readonly (readonly number[])[]): number[] {
  const sums = vectors[0]!.map((_, i) => vectors.reduce((sum, vector) => sum + vector[i]!, 0));
  const length = Math.hypot(...sums);
  // Those that lie against each other have none in common.
  return length === 0 ? [...vectors[0]!] : sums.map((sum) => sum / length);
}
