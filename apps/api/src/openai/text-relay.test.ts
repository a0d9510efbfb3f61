import { expect, test } from 'vitest';
import { TextRelay } from './text-relay.ts';

test('passes on pieces as they come, and the rest at the end', () => {
  const relay = new TextRelay();
  expect([relay.take(1, 0, 'Good '), relay.take(1, 1, 'day'), relay.end('Good day.')]).toEqual([
    'Good ',
    'day',
    '.',
  ]);
});

test('after a lost piece it waits for the end', () => {
  const relay = new TextRelay();
  expect([relay.take(1, 0, 'a'), relay.take(1, 2, 'c'), relay.take(1, 3, 'd'), relay.end('abcd')]).toEqual([
    ...['a', '', '', 'bcd'],
  ]);
});

test('another try goes on where the first one broke off, when it says the same', () => {
  const relay = new TextRelay();
  expect(relay.take(1, 0, 'Good d')).toBe('Good d');
  expect([relay.take(2, 0, 'Good'), relay.take(1, 1, 'late'), relay.take(2, 1, ' day')]).toEqual([
    '',
    '',
    'ay',
  ]);
  expect(relay.end('Good day')).toBe('');
});

test('another try that says something else is not mixed with the first', () => {
  const relay = new TextRelay();
  relay.take(1, 0, 'Good');
  expect([relay.take(2, 0, 'Bad'), relay.end('Bad')]).toEqual(['', undefined]);
});
