import { describe, expect, it } from 'vitest';
import { Transcription, languageCalled, recognitionOf } from './recognition-of.ts';

const read = (answer: object, durationMs = 2000) => recognitionOf(Transcription.parse(answer), durationMs);

describe('recognitionOf', () => {
  it('takes the times of words, and their punctuation from the text', () => {
    const words = [
      { word: 'Hello', start: 0.1, end: 0.5 },
      { word: 'you', start: 0.6, end: 0.9 },
    ];
    expect(read({ text: ' Hello, you! ', words })).toEqual({
      text: 'Hello, you!',
      words: [
        { text: 'Hello,', startMs: 100, endMs: 500 },
        { text: 'you!', startMs: 600, endMs: 900 },
      ],
    });
    // Words that cannot be told apart in the text stay as they are.
    expect(read({ text: 'Hello you there', words }).words.map((it) => it.text)).toEqual(['Hello', 'you']);
  });

  it('lets words share the time of their segment, or of everything', () => {
    const segments = [
      { text: ' one three', start: 0, end: 0.8 },
      { text: ' four', start: 1, end: 1.5 },
    ];
    const shares = [
      { text: 'one', startMs: 0, endMs: 300 },
      { text: 'three', startMs: 300, endMs: 800 },
      { text: 'four', startMs: 1000, endMs: 1500 },
    ];
    expect(read({ text: 'one three four', segments }).words).toEqual(shares);
    expect(read({ text: 'aa bb', segments: [], words: null }).words).toEqual([
      { text: 'aa', startMs: 0, endMs: 1000 },
      { text: 'bb', startMs: 1000, endMs: 2000 },
    ]);
  });

  it('mends times that overlap, stand still or go past the end', () => {
    const words = [
      { word: 'b', start: 0.4, end: 0.4 },
      { word: 'a', start: 0.1, end: 0.5 },
      { word: 'c', start: 1.9, end: 3 },
      { word: 'd', start: 3, end: 4 },
    ];
    expect(read({ text: 'x', words }).words).toEqual([
      { text: 'a', startMs: 100, endMs: 500 },
      { text: 'b', startMs: 500, endMs: 501 },
      { text: 'c', startMs: 1900, endMs: 2000 },
      { text: 'd', startMs: 2000, endMs: 2001 },
    ]);
  });

  it('is empty where nothing is said', () => {
    expect(read({ text: ' ', segments: [{ text: '', start: 0, end: 1 }] })).toEqual({ text: '', words: [] });
  });
});

describe('languageCalled', () => {
  it('knows a language by its code and by its English name, among those that the server is said to hear', () => {
    expect(languageCalled('spanish', ['en', 'es'])).toBe('es');
    expect(languageCalled('ES', ['en', 'es'])).toBe('es');
    expect(languageCalled('klingon', ['en', 'es'])).toBeUndefined();
    expect(languageCalled(undefined, ['en'])).toBeUndefined();
  });
});
