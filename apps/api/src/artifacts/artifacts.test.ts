import { describe, expect, it } from 'vitest';
import { readRange } from './byte-range.ts';
import { dispositionOf, nameInDisposition, plainName } from './file-name.ts';
import { mediaTypeOf } from './media-type.ts';

describe('readRange', () => {
  it.each([
    ['bytes=0-0', 10, { first: 0, last: 0 }],
    ['bytes=3-', 10, { first: 3, last: 9 }],
    ['bytes=-3', 10, { first: 7, last: 9 }],
    ['bytes=-30', 10, { first: 0, last: 9 }],
    ['bytes=0-99999999999999999999', 10, { first: 0, last: 9 }],
    ['bytes=10-', 10, 'outside'],
    ['bytes=-0', 10, 'outside'],
    ['bytes=5-4', 10, 'whole'],
    ['bytes=0-1,3-4', 10, 'whole'],
    ['items=0-1', 10, 'whole'],
    ['bytes=-', 10, 'whole'],
    [undefined, 10, 'whole'],
  ] as const)('%s of %i', (header, bytes, expected) => {
    expect(readRange(header, bytes)).toEqual(expected);
  });
});

describe('names', () => {
  it('lose folders and control characters', () => {
    expect(plainName('../../etc/passwd')).toBe('passwd');
    expect(plainName('C:\\a\\b.wav')).toBe('b.wav');
    expect(plainName('a\r\nb.wav')).toBe('ab.wav');
    for (const none of ['', '..', '/', ' ', undefined]) expect(plainName(none)).toBeUndefined();
    expect(plainName('x'.repeat(999))).toHaveLength(255);
  });

  it('are read from a Content-Disposition header', () => {
    expect(nameInDisposition('attachment; filename="a \\"b\\".wav"')).toBe('a "b".wav');
    expect(nameInDisposition('attachment; filename=plain.wav; size=1')).toBe('plain.wav');
    expect(nameInDisposition(`x; filename="y"; filename*=UTF-8''%E2%82%AC`)).toBe('€');
    expect(nameInDisposition(`x; filename="y"; filename*=UTF-8''%E2%8`)).toBe('y');
    expect(nameInDisposition('inline')).toBeUndefined();
  });

  it('cannot break out of a header', () => {
    const header = dispositionOf('attachment', 'é"\\\r\n%.wav');
    expect(header).not.toMatch(/[\r\n]/);
    expect(header).toBe(`attachment; filename="______.wav"; filename*=UTF-8''%C3%A9%22%5C%0D%0A%25.wav`);
  });
});

describe('mediaTypeOf', () => {
  const bytes = (text: string) => Buffer.from(text, 'latin1');
  it.each([
    ['BM\x8a\x0a\x08\0\0\0\0\0\x8a\0', 'image/bmp'],
    ['BM is how this text begins', 'application/octet-stream'],
    ['RIFF\0\0\0\0WAVEfmt ', 'audio/wav'],
    ['ID3\x04', 'audio/mpeg'],
    ['\xff\xfb\x90', 'audio/mpeg'],
    ['fLaC', 'audio/flac'],
    ['OggS', 'audio/ogg'],
    ['\0\0\0\x20ftypisom', 'video/mp4'],
    ['\0\0\0\x20ftypM4A ', 'audio/mp4'],
    ['\x1a\x45\xdf\xa3', 'video/x-matroska'],
    ['\x89PNG\r\n\x1a\n', 'image/png'],
    ['\xff\xd8\xff\xe0', 'image/jpeg'],
    ['%PDF-1.7', 'application/pdf'],
    ['hello', 'application/octet-stream'],
    ['', 'application/octet-stream'],
  ])('sees what %j is', (text, expected) => {
    expect(mediaTypeOf('', bytes(text))).toBe(expected);
    expect(mediaTypeOf('application/octet-stream', bytes(text))).toBe(expected);
  });

  it('believes the sender otherwise', () => {
    expect(mediaTypeOf('Video/WebM; codecs="vp9"', bytes('RIFF'))).toBe('video/webm');
    expect(mediaTypeOf('audio/x-wav', bytes(''))).toBe('audio/wav');
    expect(mediaTypeOf('not a type', bytes('fLaC'))).toBe('audio/flac');
  });
});
