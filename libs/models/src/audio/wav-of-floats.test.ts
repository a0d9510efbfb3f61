import { describe, expect, it } from 'vitest';
import { parseWavHeader } from './wav-header.ts';
import { wavOfFloats } from './wav-of-floats.ts';

describe('wavOfFloats', () => {
  it('keeps every sample, and does not turn round what is too loud', () => {
    const bytes = wavOfFloats(Float32Array.of(0, 0.5, -0.5, 1, -1, 1.5, -7), 32_000);
    const layout = parseWavHeader(bytes, bytes.length);
    expect(layout).toMatchObject({ sampleRate: 32_000, channels: 1, dataBytes: 14 });
    const samples = new DataView(bytes.buffer, bytes.byteOffset + layout.dataOffset);
    expect(Array.from({ length: 7 }, (_, i) => samples.getInt16(2 * i, true))).toEqual([
      0, 16_384, -16_383, 32_767, -32_767, 32_767, -32_767,
    ]);
  });

  it('is a file without samples of none', () => {
    const bytes = wavOfFloats(new Float32Array(0), 8_000);
    expect(parseWavHeader(bytes, bytes.length).dataBytes).toBe(0);
  });
});
