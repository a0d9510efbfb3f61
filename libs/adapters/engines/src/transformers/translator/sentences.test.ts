import { describe, expect, it } from 'vitest';
import { sentencesOf } from './sentences.ts';

describe('sentences', () => {
  it.each([
    ['One is here. Two is there!  Three?', ['One is here.', 'Two is there!', 'Three?']],
    ['a line\n\n  another one', ['a line', 'another one']],
    ['  in the middle ', ['in the middle']],
    ['今日は。明日も。', ['今日は。', '明日も。']],
    ['', []],
    [' \n ', []],
  ])('%j are %j', (text, sentences) => {
    const parts = sentencesOf(text, 'en');
    expect(parts.filter(({ isSentence }) => isSentence).map((part) => part.text)).toEqual(sentences);
    expect(parts.map((part) => part.text).join('')).toBe(text);
  });
});
