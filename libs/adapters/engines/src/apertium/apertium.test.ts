import { describe, expect, it } from 'vitest';
import { toNullFlush } from './installed-pairs.ts';
import { fromReply, toRequest } from './stream-format.ts';

describe('the stream format', () => {
  it.each(['plain', 'a [b] ^c$ {d} <e> f/g @h \\i', 'one\ntwo\n\nthree', '\\[', 'a.[]b', '¿qué? 😀'])(
    'gives back %j when nothing is translated',
    (text) => {
      const request = toRequest(text);
      expect(request.endsWith('.[]\0')).toBe(true);
      expect(fromReply(request.slice(0, -1))).toBe(text);
    },
  );

  it('leaves no null and no doubled spaces', () => {
    expect(toRequest('a\0b').indexOf('\0')).toBe(toRequest('a\0b').length - 1);
    expect(fromReply(' Señor  Smith fue.  Durmió..[]')).toBe('Señor Smith fue. Durmió.');
  });
});

describe('toNullFlush', () => {
  it('makes every program of a mode flush, and marks no unknown words', () => {
    const script = toNullFlush("lt-proc 'a.bin' | apertium-tagger -g $2 'b' | lt-proc $1 'c'\n");
    const programs = script.split(' | ').map((it) => it.replace(/^\{ (.*); kill -KILL 0; \}$/, '$1'));
    expect(programs).toEqual(["lt-proc -z 'a.bin'", "apertium-tagger -z -g  'b'", "lt-proc -z -n 'c'"]);
  });
});
