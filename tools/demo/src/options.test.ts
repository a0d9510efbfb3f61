import { describe, expect, it } from 'vitest';
import { PART_NAMES, readOptions, UsageError } from './options.ts';

const api = { url: 'http://127.0.0.1:1', key: 'k' };
const FILE = import.meta.filename;
const partsOf = (...args: string[]) => readOptions(args, api)?.parts;

describe('readOptions', () => {
  it('runs everything when nothing is given', () => {
    expect(partsOf()).toEqual(PART_NAMES);
    expect(partsOf('--json', '--to', 'ca')).toEqual(PART_NAMES);
  });

  it('runs only what a file or a question is for', () => {
    expect(partsOf('--audio', FILE)).toEqual(['speech-to-speech']);
    expect(partsOf('--image', FILE)).toEqual(['visual-question-answering']);
    expect(partsOf('--question', 'Is there a dog?')).toEqual(['visual-question-answering']);
    expect(partsOf('--video', FILE)).toEqual(['video-to-text']);
    expect(partsOf('--video', FILE, '--audio', FILE)).toEqual(['speech-to-speech', 'video-to-text']);
  });

  it('runs one part', () => {
    expect(partsOf('--only', 'batch')).toEqual(['batch']);
    expect(partsOf('--only', 'video-to-text', '--video', FILE)).toEqual(['video-to-text']);
  });

  it.each([
    [['--only', 'everything'], /--only must be one of speech-to-speech, .*not 'everything'/],
    [['--only', 'batch', '--video', FILE], /--only batch takes no .* of video-to-text/],
    [['--url', 'nowhere'], /--url must be the address of an API, not 'nowhere'/],
    [['--picture', FILE], /--picture.*See --help/s],
    [['--video', '/nowhere/a.mp4'], /--video: there is no file \/nowhere\/a.mp4/],
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
