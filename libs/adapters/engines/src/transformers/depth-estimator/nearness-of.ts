/** These give a distance, and the others the opposite of one. */
const GIVE_DISTANCE: readonly string[] = ['glpn', 'depth_pro', 'metric3d', 'metric3dv2'];

/** What a network gave as 0 for what is farthest to 1 for what is nearest; all 0 where everything is as far. */
export function nearnessOf(values: Float32Array, modelType: string): Float32Array {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const range = most - least;
  if (!(range > 0)) return new Float32Array(values.length);
  const isDistance = GIVE_DISTANCE.includes(modelType);
  return values.map((value) => (isDistance ? most - value : value - least) / range);
}
