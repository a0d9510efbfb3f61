import { describe, expect, it } from 'vitest';
import { MODELS } from './catalogue/models.ts';
import { joinCatalogues } from './model-catalogue.ts';

const mine = {
  id: 'mine',
  summary: 'A model of my own.',
  engine: 'onnx',
  tasks: ['image.detect-objects'],
  architecture: 'YOLO',
  licence: 'MIT',
  source: { kind: 'folder', folder: '/models/mine' },
  files: [{ file: 'model.onnx' }],
};
const file = (value: unknown, name = 'mine.model.json') => ({ file: name, text: JSON.stringify(value) });
const faultsOf = (...files: { file: string; text: string }[]): string => {
  try {
    joinCatalogues(MODELS, files);
    return 'none';
  } catch (error) {
    expect(error).toMatchObject({ code: 'model.invalid' });
    return (error as Error).message;
  }
};

describe('models of one’s own', () => {
  it('stand beside the shipped ones, with what they leave out', () => {
    const all = joinCatalogues(MODELS, [file(mine)]);
    expect(all.length).toBe(MODELS.length + 1);
    expect(all.at(-1)).toMatchObject({ id: 'mine', variants: [], tested: false, nonCommercial: false });
  });

  it('take the place of a shipped one only if they say so', () => {
    expect(faultsOf(file({ ...mine, id: 'silero-vad' }))).toMatch(
      /mine\.model\.json: id: 'silero-vad' is a shipped model; .*"replacesShipped": true/,
    );
    const all = joinCatalogues(MODELS, [file({ ...mine, id: 'silero-vad', replacesShipped: true })]);
    expect(all.filter(({ id }) => id === 'silero-vad')).toMatchObject([{ architecture: 'YOLO' }]);
    expect(faultsOf(file({ ...mine, replacesShipped: true }))).toMatch(/no shipped model 'mine' to replace/);
  });

  it.each([
    [{ ...mine, licence: undefined }, /mine\.model\.json: licence: /],
    [{ ...mine, id: '../up' }, /id: expected 2 to 64 small letters/],
    [{ ...mine, tasks: ['speech.guess'] }, /tasks\.0: /],
    [{ ...mine, engine: 'pickle' }, /engine: /],
    [{ ...mine, colour: 'red' }, /colour/],
    [{ ...mine, files: [] }, /files: a model has at least one file/],
    [{ ...mine, files: [{ file: '../x.onnx' }] }, /files\.0\.file: expected a path .* no \.\./],
    [{ ...mine, files: [{ file: '/x.onnx' }] }, /files\.0\.file: /],
    [{ ...mine, files: [{ file: 'x.onnx.sha256' }] }, /files\.0\.file: .* kept for the store/],
    [{ ...mine, files: [{ file: 'x', sha256: 'ABC' }] }, /files\.0\.sha256: expected 64 hexadecimal/],
    [{ ...mine, files: [{ file: 'x', from: 'http://h/x' }] }, /files\.0\.from: expected a path below/],
    [{ ...mine, files: [{ file: 'x' }, { file: 'x', bytes: 1 }] }, /files\.1\.file: 'x' stands here twice/],
    [{ ...mine, source: { kind: 'ftp' } }, /source\.kind: expected \{kind: hugging-face/],
    [{ ...mine, source: { kind: 'folder', folder: 'here' } }, /source\.folder: expected an absolute path/],
    [{ ...mine, source: { kind: 's3', prefix: 's3://B' } }, /source\.prefix: expected s3:\/\/bucket\/prefix/],
    [
      { ...mine, source: { kind: 'web', address: 'file:///etc/passwd' } },
      /source\.address: expected an address/,
    ],
    [
      { ...mine, source: { kind: 'hugging-face', repository: 'a/b', revision: 'main' } },
      /source\.revision: expected a commit of 40 hexadecimal digits .* not the name of a branch/,
    ],
    [
      { ...mine, variants: [1, 2].map(() => ({ dtype: 'q8', device: 'cpu', files: [{ file: 'q' }] })) },
      /variants\.1: there are two of q8-cpu/,
    ],
  ])('%# with a fault name the file and the field', (value, message) => {
    expect(faultsOf(file(value))).toMatch(message);
  });

  it('tell all faults of all files at once', () => {
    const faults = faultsOf(
      { file: 'a.model.json', text: '{' },
      file(mine, 'b.model.json'),
      file({ ...mine, summary: 'Again.' }, 'c.model.json'),
    );
    expect(faults).toMatch(
      /a\.model\.json: is not JSON .*; c\.model\.json: id: 'mine' is the id of b\.model\.json too/,
    );
  });
});
