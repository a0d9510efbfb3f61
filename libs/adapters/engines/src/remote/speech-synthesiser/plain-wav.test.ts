import { parseWavHeader, wavHeader } from '@intermodal/models';
import { describe, expect, it } from 'vitest';
import { plainWav } from './plain-wav.ts';

const samples = Buffer.from([1, 0, 2, 0, 3, 0]);
const file = (dataBytes: number, channels = 1) =>
  Buffer.concat([wavHeader({ sampleRate: 24_000, channels, dataBytes }), samples]);

describe('plainWav', () => {
  it.each([6, 0, 0xffff_ffff, 0x7fff_ffff, 0x7fff_0000])(
    'gives all samples when %i bytes are declared',
    (bytes) => {
      const wav = Buffer.from(file(6));
      wav.writeUInt32LE(bytes, 40);
      const plain = plainWav(wav)!;
      expect(parseWavHeader(plain, plain.length)).toEqual({
        sampleRate: 24_000,
        channels: 1,
        dataOffset: 44,
        dataBytes: 6,
      });
      expect(plain.subarray(44)).toEqual(samples);
    },
  );

  it('leaves out what stands around the samples', () => {
    const list = Buffer.from('LIST\x04\0\0\0abcd', 'latin1');
    const wav = Buffer.concat([file(6).subarray(0, 36), list, file(6).subarray(36), list]);
    expect(plainWav(wav)).toEqual(file(6));
  });

  it.each([
    ['cut off', file(8)],
    ['stereo', file(4, 2)],
    ['without a sample', Buffer.from(wavHeader({ sampleRate: 24_000, channels: 1, dataBytes: 0 }))],
    ['no WAV', Buffer.from('ID3 something else entirely, for long enough')],
    ['nothing', Buffer.alloc(0)],
  ])('refuses what is %s', (_name, wav) => {
    expect(plainWav(wav)).toBeUndefined();
  });
});
