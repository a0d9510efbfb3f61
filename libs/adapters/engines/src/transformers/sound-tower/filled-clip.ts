/** How a network of CLAP's kind was trained to hear what is shorter than it hears, by `padding` of its preprocessor_config.json. */
export type Filling = 'repeatpad' | 'repeat' | 'pad';

/**
 * A clip as long as a network of CLAP's kind hears: itself again, as often as it fits in whole, and silence behind it; `repeat` goes on with its
 * beginning. The library leaves the last time out where it fits exactly.
 */
export function filledClip(clip: Float32Array, length: number, filling: Filling): Float32Array {
  const filled = new Float32Array(length);
  const whole = filling === 'pad' ? 1 : Math.floor(length / clip.length);
  for (let i = 0; i < whole; i++) filled.set(clip, i * clip.length);
  if (filling === 'repeat') filled.set(clip.subarray(0, length - whole * clip.length), whole * clip.length);
  return filled;
}
