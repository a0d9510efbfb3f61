import { LocalFile } from '@intermodal/contracts';
import type { Box, ObjectDetector, Pixels } from '@intermodal/models';
import { imageToolsDouble, makePixels, runStage } from '@intermodal/testing';
import { describe, expect, it } from 'vitest';
import detectObjects from './detect-objects.stage.ts';
import findFaces from './find-faces.stage.ts';

const image = new LocalFile('/pictures/any.jpg', 'image/jpeg');
const small = makePixels({ width: 100, height: 50 }, [0, 0, 0]);

/** A picture of 400 x 200 pixels that is looked at in 100 x 50. */
const images = imageToolsDouble({
  probe: async (path) => {
    expect(path).toBe(image.path);
    return { width: 400, height: 200, format: 'jpeg', frames: 1 };
  },
  pixels: async (_path, { maxEdge }) => {
    expect(maxEdge).toBeLessThan(2000);
    return small;
  },
});
const box: Box = { x: 10, y: 5, width: 20, height: 45 };
const dog = { label: 'dog', score: 0.9, box };
const detectorOf = (found: Awaited<ReturnType<ObjectDetector['detect']>>): ObjectDetector => ({
  labels: ['dog', 'cat'],
  scope: 'Knows pets.',
  detect: async (pixels: Pixels) => {
    expect(pixels).toBe(small);
    return found;
  },
});

describe('vision.detect-objects', () => {
  it('places things in the picture as shown, and says what could have been seen', async () => {
    await using it = await runStage(
      detectObjects,
      { image },
      { needs: { images, detector: detectorOf([dog]) } },
    );
    expect(it.output).toEqual({
      objects: [{ label: 'dog', score: 0.9, box: { x: 40, y: 20, width: 80, height: 180 } }],
      width: 400,
      height: 200,
      labels: ['dog', 'cat'],
      scope: 'Knows pets.',
    });
  });

  it('leaves out what is less sure than asked for', async () => {
    const needs = { images, detector: detectorOf([dog, { ...dog, label: 'cat', score: 0.45 }]) };
    const labels = async (params: { minScore?: number }) => {
      await using it = await runStage(detectObjects, { image }, { needs, params });
      return it.output.objects.map(({ label }) => label);
    };
    expect(await labels({})).toEqual(['dog', 'cat']);
    expect(await labels({ minScore: 0.5 })).toEqual(['dog']);
    expect(await labels({ minScore: 1 })).toEqual([]);
  });

  it('records the detector, which is its first need', () => {
    expect(Object.keys(detectObjects.needs)[0]).toBe('detector');
    expect(Object.keys(findFaces.needs)[0]).toBe('finder');
  });
});

describe('vision.find-faces', () => {
  it('places faces in the picture as shown', async () => {
    const needs = { images, finder: { find: async () => [{ score: 0.8, box }] } };
    await using it = await runStage(findFaces, { image }, { needs });
    expect(it.output).toEqual({
      faces: [{ score: 0.8, box: { x: 40, y: 20, width: 80, height: 180 } }],
      width: 400,
      height: 200,
    });
  });

  it('finds nobody where nobody is', async () => {
    await using it = await runStage(
      findFaces,
      { image },
      { needs: { images, finder: { find: async () => [] } } },
    );
    expect(it.output.faces).toEqual([]);
  });
});
