import { expect, it } from 'vitest';
import { newUuid } from './id.ts';
import { keyPrefix, keyText, newSecret, parseKeyText } from './key-text.ts';

it('makes keys that say which one they are, and can be read again', () => {
  const uuid = newUuid();
  const secret = newSecret();
  const text = keyText(uuid, secret);
  expect(text).toMatch(/^im_live_[0-9a-z]{26}_[0-9a-z]{52}$/);
  expect(text.startsWith(`${keyPrefix(uuid)}_`)).toBe(true);
  expect(parseKeyText(text)).toEqual({ uuid, secret });
});

it('makes another secret each time, of every character there is', () => {
  const secrets = Array.from({ length: 500 }, newSecret);
  expect(new Set(secrets).size).toBe(500);
  expect(new Set(secrets.join('')).size).toBe(32);
});

it.each([
  '',
  'im_local_0123456789abcdef',
  `im_live_${'0'.repeat(26)}`,
  `im_live_${'z'.repeat(26)}_${'0'.repeat(52)}`,
])('does not read %j', (text) => {
  expect(parseKeyText(text)).toBeUndefined();
});
