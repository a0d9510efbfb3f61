import { detectorFolder, makePixels, storeOfFolder } from '@intermodal/testing';
import { objectDetectorContract, testContext } from '@intermodal/testing/engine-contracts';
import { afterAll, describe, expect, it } from 'vitest';
import detector from '../object-detector/transformers.engine.ts';

const { signal } = new AbortController();
const KINDS = ['yolos', 'rt_detr'] as const;
const storeWith = (kind: (typeof KINDS)[number], more: object = {}) =>
  storeOfFolder(
    { ...detectorFolder(kind), ...more },
    {
      id: `tiny-${kind.replace('_', '-')}`,
      tasks: ['image.detect-objects'],
      architecture: 'Tiny',
      summary: 'Finds colours.',
    },
  );
const stores = new Map(KINDS.map((kind) => [kind, storeWith(kind)]));
afterAll(async () => {
  for (const store of stores.values()) await (await store)[Symbol.asyncDispose]();
});

for (const kind of KINDS)
  objectDetectorContract(`transformers, a ${kind},`, async () =>
    detector.open(testContext(await stores.get(kind)!)),
  );

describe.each(KINDS)('a detector, %s,', (kind) => {
  it('finds the things that are there, where they are', async () => {
    const engine = await detector.open(testContext(await stores.get(kind)!));
    const picture = makePixels(
      { width: 320, height: 160 },
      [128, 128, 128],
      [
        { x: 40, y: 30, width: 80, height: 60, colour: [240, 10, 10] },
        { x: 200, y: 60, width: 60, height: 80, colour: [10, 20, 240] },
      ],
    );
    const found = await engine.use.detect(picture, { signal });
    await engine.close();
    const near = (value: number) => ({ asymmetricMatch: (other: number) => Math.abs(other - value) < 16 });
    expect(Object.fromEntries(found.map(({ label, box }) => [label, box]))).toEqual({
      'red thing': { x: near(40), y: near(30), width: near(80), height: near(60) },
      'blue thing': { x: near(200), y: near(60), width: near(60), height: near(80) },
    });
    for (const { score } of found) expect(score).toBeGreaterThan(0.9);
  });
});

describe('a detector', () => {
  it('needs the names of what it sees', async () => {
    const config = { model_type: 'yolos', architectures: ['YolosForObjectDetection'] };
    await using models = await storeWith('yolos', { 'config.json': Buffer.from(JSON.stringify(config)) });
    await expect(detector.open(testContext(models))).rejects.toMatchObject({
      code: 'model.invalid',
      message: expect.stringMatching(/its config.json has no id2label/) as string,
    });
  });

  it('is no segmenter, though both are of one type', async () => {
    const config = { model_type: 'detr', architectures: ['DetrForSegmentation'], id2label: { 0: 'a' } };
    await using models = await storeWith('yolos', { 'config.json': Buffer.from(JSON.stringify(config)) });
    expect(await detector.probe(testContext(models))).toMatchObject({
      available: false,
      reason: expect.stringMatching(
        /^The model tiny-yolos is a detr, DetrForSegmentation, and for image.detect/,
      ) as string,
    });
  });
});
