import { depthEstimatorFolder, makePixels, storeOfFolder } from '@intermodal/testing';
import { testContext } from '@intermodal/testing/engine-contracts';
import { describe, expect, it } from 'vitest';
import estimator from '../depth-estimator/transformers.engine.ts';
import { nearnessOf } from '../depth-estimator/nearness-of.ts';

const { signal } = new AbortController();

describe.each(['depth_anything', 'glpn'] as const)('a depth estimator, %s,', (kind) => {
  it('tells what is near from what is far', async () => {
    await using models = await storeOfFolder(depthEstimatorFolder(kind), {
      ...{ id: 'tiny-depth', tasks: ['image.estimate-depth'] },
    });
    const engine = await estimator.open(testContext(models));
    const picture = makePixels(
      { width: 56, height: 56 },
      [20, 20, 20],
      [{ x: 28, y: 0, width: 28, height: 56, colour: [230, 230, 230] }],
    );
    const { width, height, nearness } = await engine.use.estimate(picture, { signal });
    await engine.close();
    expect([width, height]).toEqual([28, 28]);
    expect(nearness[28 * 14 + 24]).toBeCloseTo(1, 1);
    expect(nearness[28 * 14 + 3]).toBeCloseTo(0, 1);
  });
});

describe('nearness', () => {
  it('is 0 where everything is as far', () => {
    expect(nearnessOf(Float32Array.of(3, 3), 'depth_anything')).toEqual(Float32Array.of(0, 0));
  });

  it('turns distances round', () => {
    expect(nearnessOf(Float32Array.of(1, 3, 2), 'glpn')).toEqual(Float32Array.of(1, 0, 0.5));
  });
});
