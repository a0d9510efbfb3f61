import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addModel, makeExternalOnnx, makeOnnx } from '@intermodal/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readExternalData, refuseIncomplete } from './external-data.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-external-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function written(bytes: Uint8Array): Promise<string> {
  const path = join(folder, 'model.onnx');
  await writeFile(path, bytes);
  return path;
}

describe('readExternalData', () => {
  it.each([false, true])(
    'finds the file that weights stand in (in an attribute: %s)',
    async (inAttribute) => {
      const path = await written(makeExternalOnnx('model.onnx_data', { inAttribute }));
      expect(await readExternalData(path)).toEqual({ locations: ['model.onnx_data'] });
    },
  );

  it('finds none where the weights stand in the network, however many there are', async () => {
    expect(await readExternalData(await written(addModel(3)))).toEqual({ locations: [] });
    // Larger than a window, and bytes in it that look like fields.
    const data = new Float32Array(100_000).fill(0.5);
    const large = makeOnnx({
      inputs: { x: [100_000] },
      outputs: { y: [100_000] },
      nodes: [{ operator: 'Add', inputs: ['x', 'w'], outputs: ['y'] }],
      weights: { w: { dims: [100_000], data } },
    });
    expect(await readExternalData(await written(large))).toEqual({ locations: [] });
  });

  it.each([1, 20, -1])('says that a network was cut off after byte %d', async (end) => {
    const path = await written(makeExternalOnnx('model.onnx_data').slice(0, end));
    expect(await readExternalData(path)).toEqual({ malformed: 'it ends too early' });
  });

  it('says that other things are no network, however deep they are nested', async () => {
    expect(await readExternalData(await written(new TextEncoder().encode('no network')))).toHaveProperty(
      'malformed',
    );
    // Graph, node, attribute, graph, node, attribute, …
    let bytes: number[] = [];
    const wrap = (field: number): void => {
      const length = bytes.length;
      bytes = [field * 8 + 2, (length & 0x7f) | 0x80, (length >> 7) | 0x80, length >> 14, ...bytes];
    };
    for (let i = 0; i < 100; i++) [6, 5, 1].forEach(wrap);
    wrap(7);
    expect(await readExternalData(await written(Uint8Array.from(bytes)))).toEqual({
      malformed: 'it is nested too deep',
    });
  });
});

describe('refuseIncomplete', () => {
  it('lets pass what is whole', async () => {
    const path = await written(makeExternalOnnx('weights/w.bin'));
    await mkdir(join(folder, 'weights'));
    await writeFile(join(folder, 'weights', 'w.bin'), new Float32Array(2));
    await refuseIncomplete(path, 'tiny');
  });

  it.each([
    [
      'weights that are not there',
      makeExternalOnnx('model.onnx_data'),
      /in model.onnx_data, which is not beside it/,
    ],
    ['weights elsewhere', makeExternalOnnx('../../w'), /outside of its folder, in \.\.\/\.\.\/w/],
    ['weights anywhere', makeExternalOnnx('/dev/zero'), /outside of its folder/],
    [
      'half a network',
      makeExternalOnnx('w').slice(0, -9),
      /no whole ONNX network \(it ends too early\): pull it/,
    ],
  ])('refuses %s', async (_name, bytes, message) => {
    await expect(refuseIncomplete(await written(bytes), 'tiny')).rejects.toMatchObject({
      code: 'model.unavailable',
      message: expect.stringMatching(message) as string,
    });
  });
});
