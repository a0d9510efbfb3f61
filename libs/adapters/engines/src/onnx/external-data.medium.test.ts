import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeExternalOnnx, sharedFolder } from '@intermodal/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readExternalData } from './external-data.ts';
import { ModelHouse } from '../hosts/model-house.ts';
import { OnnxModel } from './onnx-model.ts';

const { signal } = new AbortController();
let folder: string;
let house: ModelHouse;
let model: OnnxModel;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-external-'));
  const modelPath = join(folder, 'model.onnx');
  await writeFile(modelPath, makeExternalOnnx('model.onnx_data'));
  house = new ModelHouse({ device: 'cpu', threads: 1 });
  model = await OnnxModel.open(house, { name: 'tiny', path: modelPath });
});
afterEach(async () => {
  await house.close();
  await rm(folder, { recursive: true });
});

const ask = async (): Promise<number[]> => {
  const x = { type: 'float32', dims: [2], data: Float32Array.of(1, 2) } as const;
  const { y } = await model.run({ feeds: { x } }, signal);
  return [...(y!.data as Float32Array)];
};

it('starts no process for a network whose weights are missing, and one when they are there', async () => {
  await expect(ask()).rejects.toMatchObject({ code: 'model.unavailable' });
  expect(house.loaded.size).toBe(0);
  await writeFile(join(folder, 'model.onnx_data'), Float32Array.of(10, 20));
  expect(await ask()).toEqual([11, 22]);
});

const shared = sharedFolder();
it.skipIf(!shared)('reads real networks (skipped where ../shared is absent)', async () => {
  const models = join(shared!, 'models');
  const networks = (await readdir(models, { recursive: true })).filter((name) => name.endsWith('.onnx'));
  expect(networks.length).toBeGreaterThan(4);
  for (const name of networks) expect(await readExternalData(join(models, name))).toEqual({ locations: [] });
});
