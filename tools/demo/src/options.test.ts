import { describe, expect, it } from 'vitest';
import { PART_NAMES, readOptions, UsageError } from './options.ts';

const api = { url: 'http://127.0.0.1:1', key: 'k' };
const partsOf = (...args: string[]) => readOptions(args, api)?.parts;

describe('readOptions', () => {
  it('runs everything when nothing is given', () => {
    expect(partsOf()).toEqual(PART_NAMES);
    expect(partsOf('--json', '--to', 'ca')).toEqual(PART_NAMES);
  });

  it('runs only what a file or a question is for', () => {
    expect(partsOf('--audio', 'a.wav')).toEqual(['speech-to-speech']);
    expect(partsOf('--image', 'a.png')).toEqual(['visual-question-answering']);
    expect(partsOf('--question', 'Is there a dog?')).toEqual(['visual-question-answering']);
    expect(partsOf('--video', 'a.mp4')).toEqual(['video-to-text']);
    expect(partsOf('--video', 'a.mp4', '--audio', 'a.wav')).toEqual(['speech-to-speech', 'video-to-text']);
  });

  it('runs one part', () => {
    expect(partsOf('--only', 'batch')).toEqual(['batch']);
    expect(partsOf('--only', 'video-to-text', '--video', 'a.mp4')).toEqual(['video-to-text']);
  });

  it.each([
    [['--only', 'everything'], /--only must be one of speech-to-speech, .*not 'everything'/],
    [['--only', 'batch', '--video', 'a.mp4'], /--only batch takes no .* of video-to-text/],
    [['--url', 'nowhere'], /--url must be the address of an API, not 'nowhere'/],
    [['--picture', 'a.png'], /--picture.*See --help/s],
    [['--image'], /--image.*See --help/s],
  ])('says what is wrong with %j', (args, message) => {
    expect(() => readOptions(args, api)).toThrow(UsageError);
    expect(() => readOptions(args, api)).toThrow(message);
  });

  it('needs a key', () => {
    expect(() => readOptions([], { url: api.url })).toThrow(/--key must be the key/);
  });

  it('gives nothing when help is wanted', () => {
    expect(readOptions(['-h'], {})).toBeUndefined();
  });
});
