/** How loud a tone is in a sound: its amplitude, by the discrete Fourier transform at that one frequency. */
export function toneLevel(samples: ArrayLike<number>, hertz: number, sampleRate: number): number {
  const turn = (2 * Math.PI * hertz) / sampleRate;
  let [real, imaginary] = [0, 0];
  for (let i = 0; i < samples.length; i++) {
    real += samples[i]! * Math.cos(turn * i);
    imaginary += samples[i]! * Math.sin(turn * i);
  }
  return (2 * Math.hypot(real, imaginary)) / samples.length;
}
