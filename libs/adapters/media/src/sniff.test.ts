import { describe, expect, it } from 'vitest';
import { sniffBytes } from './sniff.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('sniffBytes', () => {
  it.each([
    ['empty', ''],
    ['playlist', '#EXTM3U\n#EXTINF:10,\nother.wav'],
    ['playlist', '\u00ef\u00bb\u00bfffconcat version 1.0\nfile other.wav'],
    ['playlist', '<?xml version="1.0"?><MPD></MPD>'],
    ['text', 'Dear all,\nthis is a letter.'],
    ['image', '\u0089PNG\r\n\u001a\n'],
    ['image', '\u00ff\u00d8\u00ff\u00e0'],
    ['image', 'RIFF\u0001\u0002\u0003\u0004WEBPVP8 '],
    ['pdf', '%PDF-1.7'],
    ['media-or-unknown', 'RIFF\u0001\u0002\u0003\u0004WAVEfmt '],
    ['media-or-unknown', '\u0000\u0000\u0000\u0018ftypmp42'],
    ['media-or-unknown', 'BMany words that are not a picture \u0000\u0001'],
  ])('takes for %s: %j', (expected, text) => {
    expect(sniffBytes(bytes(text))).toBe(expected);
  });

  it('takes a text that is cut within a character for text', () => {
    expect(sniffBytes(new TextEncoder().encode('¿Cuántos años tiene el puente? ñ').slice(0, -1))).toBe(
      'text',
    );
  });
});
