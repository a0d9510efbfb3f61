import { newUuid, showId } from '@intermodal/contracts';
import { expect, test } from 'vitest';
import { fileBytes } from './file-bytes.ts';

const file = (bytes: number) => ({
  ...{ id: showId('artifact', newUuid()), mediaType: 'audio/wav', bytes, sha256: '0'.repeat(64) },
});

test('counts what was uploaded for a job and what came of it, also in lists', () => {
  const recording = file(1_000);
  const input = { audio: recording, language: 'en', pictures: [file(20), file(3)] };
  const output = {
    lines: [
      { text: 'x', sound: file(100) },
      { text: 'y', sound: null },
    ],
    words: 7,
  };
  expect(fileBytes(input, output)).toBe(1_123);
});

test('a file that goes in and comes out is stored once; other numbers of bytes are no files', () => {
  const recording = file(1_000);
  expect(fileBytes({ audio: recording }, { audio: recording, bytes: 5, about: { bytes: 6 } })).toBe(1_000);
  expect(fileBytes({ film: { url: 'https://example.com/film.mp4' } }, null)).toBe(0);
});
