import { wavHeader } from './wav-header.ts';

/** A mono 16-bit WAV file of samples as networks give them, -1..1; what goes beyond is as loud as can be. */
export function wavOfFloats(floats: Float32Array, sampleRate: number): Uint8Array {
  const samples = new Int16Array(floats.length);
  for (let i = 0; i < floats.length; i++)
    samples[i] = Math.round(32_767 * Math.max(-1, Math.min(1, floats[i]!)));
  const header = wavHeader({ sampleRate, channels: 1, dataBytes: samples.byteLength });
  return Buffer.concat([header, new Uint8Array(samples.buffer)]);
}
