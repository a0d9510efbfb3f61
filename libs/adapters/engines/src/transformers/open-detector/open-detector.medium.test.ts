import type { Pixels } from '@intermodal/models';
import { makePixels, openDetectorFolder, storeOfFolder } from '@intermodal/testing';
import { testContext } from '@intermodal/testing/engine-contracts';
import { afterAll, describe, expect, it } from 'vitest';
import detector from '../object-detector/transformers.engine.ts';
import finder from '../object-finder/transformers.engine.ts';

const { signal } = new AbortController();
const KINDS = ['owlvit', 'owlv2', 'grounding-dino'] as const;
const stores = new Map(
  KINDS.map((kind) => [
    kind,
    storeOfFolder(openDetectorFolder(kind), { id: `tiny-${kind}`, tasks: ['image.find-objects'] }),
  ]),
);
afterAll(async () => {
  for (const store of stores.values()) await (await store)[Symbol.asyncDispose]();
});

const PICTURE = makePixels(
  { width: 320, height: 160 },
  [128, 128, 128],
  [
    { x: 40, y: 30, width: 80, height: 60, colour: [240, 10, 10] },
    { x: 200, y: 60, width: 60, height: 80, colour: [10, 20, 240] },
  ],
);
const near = (value: number) => ({ asymmetricMatch: (other: number) => Math.abs(other - value) < 16 });
const RED = { x: near(40), y: near(30), width: near(80), height: near(60) };
const BLUE = { x: near(200), y: near(60), width: near(60), height: near(80) };

describe.each(KINDS)('an open-vocabulary detector, %s,', (kind) => {
  const opened = async () => {
    const engine = await finder.open(testContext(await stores.get(kind)!));
    const find = async (picture: Pixels, ...labels: string[]) => engine.use.find(picture, labels, { signal });
    return { find, use: engine.use, [Symbol.asyncDispose]: () => engine.close() };
  };

  it('finds what is named, and nothing else, where it is', async () => {
    await using engine = await opened();
    const both = await engine.find(PICTURE, 'Blue thing', 'a green thing', 'red');
    expect(Object.fromEntries(both.map(({ label, box }) => [label, box]))).toEqual({
      'Blue thing': BLUE,
      red: RED,
    });
    for (const { score } of both) expect(score).toBeGreaterThan(0.9);
    expect(await engine.find(PICTURE, 'red')).toMatchObject([{ label: 'red', box: RED }]);
    expect(await engine.find(PICTURE, 'green')).toEqual([]);
  });

  it('refuses labels beyond what it reads', async () => {
    await using engine = await opened();
    await expect(engine.find(PICTURE, 'red '.repeat(30))).rejects.toMatchObject({
      code: 'input.too_large',
      message: expect.stringMatching(/reads 16 tokens at most, and the (text|labels)/) as string,
    });
  });

  it('stops when it is told to', async () => {
    await using engine = await opened();
    const stopped = engine.use.find(PICTURE, ['red'], { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
  });
});

it('a detector of fixed classes does not find what is named, nor the other way round', async () => {
  const models = await stores.get('owlvit')!;
  const [model] = models.catalogue;
  const claims = { ...models, catalogue: [{ ...model!, tasks: ['image.detect-objects' as const] }] };
  expect(await detector.probe(testContext(claims))).toMatchObject({
    available: false,
    reason: expect.stringMatching(/is a owlvit, .*, and for image.detect-objects/) as string,
  });
  expect(await finder.probe(testContext(claims))).toMatchObject({
    available: false,
    reason: expect.stringMatching(/no model for image.find-objects/) as string,
  });
});
