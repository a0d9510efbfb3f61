import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FaceFinder, ObjectDetector, OpenedEngine, Pixels } from '@intermodal/models';
import { decodePicture, makePixels, sharedFolder } from '@intermodal/testing';
import {
  faceFinderContract,
  objectDetectorContract,
  testContext,
} from '@intermodal/testing/engine-contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FolderModelStore } from './model-store/folder-model-store.ts';
import starterDetector from './starter-detector/starter-detector.engine.ts';
import ultraface from './ultraface/ultraface.engine.ts';
import yoloxNano from './yolox-nano/yolox-nano.engine.ts';

const shared = sharedFolder();
const { signal } = new AbortController();
const folder = mkdtempSync(join(tmpdir(), 'intermodal-models-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('without their models', () => {
  it.each([
    [yoloxNano, 'yolox-nano-coco'],
    [ultraface, 'ultraface-rfb-320'],
  ])('the detectors are not available, and say how to get them', async (engine, model) => {
    expect(await engine.probe(testContext())).toEqual({
      available: false,
      reason: expect.stringContaining(`intermodal models pull ${model}`) as string,
    });
  });
});

objectDetectorContract('starter-detector', () => starterDetector.open(testContext()));

describe('starter-detector', () => {
  let detector: OpenedEngine<ObjectDetector>;
  beforeAll(async () => void (detector = await starterDetector.open(testContext())));
  afterAll(() => detector.close());

  it('is always available, and finds what is drawn at any size', async () => {
    expect(await starterDetector.probe(testContext())).toEqual({ available: true });
    for (const scale of [1, 5]) {
      const square = { x: 60 * scale, y: 40 * scale, width: 80 * scale, height: 80 * scale };
      const picture = makePixels(
        { width: 320 * scale, height: 200 * scale },
        [245, 245, 240],
        [{ ...square, colour: [200, 30, 40] }],
      );
      const [found, ...others] = await detector.use.detect(picture, { signal });
      expect(others).toEqual([]);
      expect(found?.label).toBe('square');
      for (const side of ['x', 'y', 'width', 'height'] as const)
        expect(Math.abs(found!.box[side] - square[side])).toBeLessThanOrEqual(3 * scale);
    }
  });

  it.skipIf(!shared)(
    'says almost nothing of photographs (skipped where ../shared is absent)',
    async () => {
      const names = readdirSync(join(shared!, 'fixtures/images')).filter((name) => name !== 'gcp-logos.png');
      const told: string[] = [];
      for (const name of names)
        for (const { label } of await detector.use.detect(decoded(name), { signal }))
          told.push(`${name}: ${label}`);
      expect(names.length).toBeGreaterThan(25);
      expect(told.length, told.join(', ')).toBeLessThanOrEqual(3);
    },
    120_000,
  );
});

const decoded = (name: string): Pixels => decodePicture(join(shared!, 'fixtures/images', name));

describe.skipIf(!shared)('with weights from ../shared (skipped where that folder is absent)', () => {
  const context = testContext(new FolderModelStore({ folder, mirror: join(shared ?? '', 'models') }));
  objectDetectorContract('yolox-nano', () => yoloxNano.open(context));
  faceFinderContract('ultraface', () => ultraface.open(context));

  describe('on photographs', () => {
    let detector: OpenedEngine<ObjectDetector>;
    let finder: OpenedEngine<FaceFinder>;
    beforeAll(async () => {
      detector = await yoloxNano.open(context);
      finder = await ultraface.open(context);
    });
    afterAll(() => Promise.all([detector.close(), finder.close()]));
    const labelsIn = async (name: string, minScore = 0.4) =>
      (await detector.use.detect(decoded(name), { signal }))
        .filter((it) => it.score >= minScore)
        .map((it) => it.label);

    it('yolox-nano sees dog, bicycle and car or truck', async () => {
      const labels = await labelsIn('darknet-dog.jpg');
      expect(labels).toEqual(expect.arrayContaining(['dog', 'bicycle']));
      expect(labels.some((it) => it === 'car' || it === 'truck')).toBe(true);
    });

    it('yolox-nano sees two dogs', async () => {
      expect((await labelsIn('coral-pets.jpg')).filter((it) => it === 'dog')).toHaveLength(2);
    });

    it('yolox-nano places the dog where it sits', async () => {
      const found = await detector.use.detect(decoded('darknet-dog.jpg'), { signal });
      const { box } = found.find((it) => it.label === 'dog')!;
      for (const [actual, wanted] of [
        [box.x, 130],
        [box.y, 220],
        [box.x + box.width, 310],
        [box.y + box.height, 540],
      ] as const)
        expect(Math.abs(actual - wanted)).toBeLessThan(25);
    });

    it('ultraface finds one face, and several', async () => {
      expect(await finder.use.find(decoded('coral-grace_hopper.bmp'), { signal })).toHaveLength(1);
      const faces = await finder.use.find(decoded('coral-face.jpg'), { signal });
      expect(faces.length).toBeGreaterThanOrEqual(2);
      expect(faces.length).toBeLessThanOrEqual(4);
    });

    it('ultraface finds no face of a dog', async () => {
      expect(await finder.use.find(decoded('darknet-dog.jpg'), { signal })).toEqual([]);
    });
  });
});
