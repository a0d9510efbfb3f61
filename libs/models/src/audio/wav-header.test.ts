import { describe, expect, it } from 'vitest';
import { parseWavHeader, wavHeader } from './wav-header.ts';

const header = wavHeader({ sampleRate: 22_050, channels: 1, dataBytes: 100 });

describe('the WAV header', () => {
  it('reads what it writes', () => {
    expect(parseWavHeader(header, 144)).toEqual({
      sampleRate: 22_050,
      channels: 1,
      dataOffset: 44,
      dataBytes: 100,
    });
  });

  it('steps over chunks that it does not know', () => {
    const extra = new Uint8Array([...new TextEncoder().encode('LIST'), 3, 0, 0, 0, 1, 2, 3, 0]);
    const bytes = new Uint8Array([...header.subarray(0, 36), ...extra, ...header.subarray(36)]);
    expect(parseWavHeader(bytes, 156)).toMatchObject({ dataOffset: 56, dataBytes: 100 });
  });

  it.each([
    ['nothing', new Uint8Array(0), 0],
    ['text', new TextEncoder().encode('hello, this is no sound at all, not at all'), 42],
    ['half a header', header.subarray(0, 20), 20],
    ['fewer samples than declared', header, 100],
  ])('refuses %s', (_name, bytes, fileBytes) => {
    expect(() => parseWavHeader(bytes, fileBytes)).toThrow(
      expect.objectContaining({ code: 'media.unreadable' }) as Error,
    );
  });

  it('refuses samples that are not 16-bit PCM, and says what to do', () => {
    const mulaw = Uint8Array.from(header);
    mulaw[20] = 7;
    expect(() => parseWavHeader(mulaw, 144)).toThrow('media.extract-audio');
  });
});
