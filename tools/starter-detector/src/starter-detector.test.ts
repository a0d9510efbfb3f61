import { CROP_VALUES } from '@intermodal/engines';
import type { ObjectDetector } from '@intermodal/models';
import { describe, expect, it } from 'vitest';
import { measure } from './measure.ts';
import { Random } from './random.ts';
import { LABELS, renderScene } from './scenes/render-scene.ts';
import { Classifier } from './training/classifier.ts';
import { samplesOf } from './training/samples.ts';
import { train } from './training/train.ts';

const { signal } = new AbortController();

describe('scenes', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(renderScene(7)).toEqual(renderScene(7));
    expect(renderScene(8)).not.toEqual(renderScene(7));
  });

  it('place what they draw within the picture', () => {
    for (let seed = 0; seed < 10; seed++) {
      const { image, things } = renderScene(seed);
      for (const { label, box } of things) {
        expect(LABELS).toContain(label);
        expect(Math.min(box.x, box.y)).toBeGreaterThanOrEqual(0);
        expect(box.x + box.width).toBeLessThanOrEqual(image.width);
        expect(box.y + box.height).toBeLessThanOrEqual(image.height);
        expect(box.width * box.height).toBeGreaterThan(100);
      }
    }
  });
});

describe('measure', () => {
  const scope = 'Knows what it was told.';
  const detectorOf = (detect: ObjectDetector['detect']): ObjectDetector => ({
    labels: LABELS,
    scope,
    detect,
  });

  it('is full for who sees all, and nothing for who sees nothing', async () => {
    const options = { scenes: 5, firstSeed: 20, signal };
    let seed = options.firstSeed;
    const all = detectorOf(async () => renderScene(seed++).things.map((it) => ({ ...it, score: 1 })));
    expect(await measure(all, options)).toMatchObject({ recall: 1, precision: 1, meanAveragePrecision: 1 });
    const blind = detectorOf(async () => []);
    expect(await measure(blind, options)).toMatchObject({ recall: 0, precision: 1, meanAveragePrecision: 0 });
  });

  it('counts what is told twice as wrong once', async () => {
    const { things } = renderScene(20);
    const twice = detectorOf(async () => [...things, ...things].map((it) => ({ ...it, score: 1 })));
    expect((await measure(twice, { scenes: 1, firstSeed: 20, signal })).precision).toBe(0.5);
  });
});

describe('training', () => {
  it('learns, and comes to the same network from the same seed', () => {
    const samples = samplesOf(6, 500);
    const trained = () => {
      const random = new Random(1);
      const classifier = new Classifier(LABELS.length + 1, random);
      const losses: number[] = [];
      const onEpoch = (_epoch: number, loss: number) => void losses.push(loss);
      train(classifier, samples, { epochs: 4, random, mirrored: () => true, onEpoch });
      return { losses, network: classifier.toOnnx() };
    };
    const first = trained();
    expect(first.losses.at(-1)).toBeLessThan(first.losses[0]! * 0.9);
    expect(Buffer.from(trained().network).equals(Buffer.from(first.network))).toBe(true);
  }, 60_000);

  it('has gradients that agree with the slope of the loss', () => {
    const random = new Random(3);
    const classifier = new Classifier(5, random);
    const crop = Float32Array.from({ length: CROP_VALUES }, () => random.between(-1, 1));
    classifier.learn(crop, 2);
    for (const { data, gradient } of classifier.parameters) {
      const at = random.whole(0, data.length - 1);
      const loss = (by: number) => {
        const was = data[at]!;
        data[at] = was + by;
        const scores = classifier.scores(crop);
        data[at] = was;
        return -Math.log(scores[2]!);
      };
      const slope = (loss(0.002) - loss(-0.002)) / 0.004;
      expect(Math.abs(slope - gradient[at]!)).toBeLessThan(0.01 + 0.05 * Math.abs(slope));
    }
  });
});
