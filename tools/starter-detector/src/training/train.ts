import { CROP_CHANNELS, CROP_EDGE, CROP_VALUES } from '@intermodal/engines';
import type { Random } from '../random.ts';
import type { Classifier } from './classifier.ts';
import type { Samples } from './samples.ts';

const BATCH = 32;
const RATE = 0.0025;
const [MEAN_KEPT, SQUARE_KEPT] = [0.9, 0.999];
/** Weights shrink by this share of the rate, so that none grows without need. */
const DECAY = 0.01;

/** Adam over shuffled examples, each mirrored at random, with a rate that sinks to nothing. */
export function train(
  classifier: Classifier,
  samples: Samples,
  options: {
    epochs: number;
    random: Random;
    mirrored: (label: number) => boolean;
    onEpoch: (epoch: number, loss: number) => void;
  },
): void {
  const { epochs, random, mirrored, onEpoch } = options;
  const order = Int32Array.from(samples.labels, (_, i) => i);
  const steps = Math.ceil(order.length / BATCH) * epochs;
  const crop = new Float32Array(CROP_VALUES);
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    random.shuffle(order);
    let loss = 0;
    for (let from = 0; from < order.length; from += BATCH) {
      const batch = order.subarray(from, from + BATCH);
      for (const i of batch) {
        crop.set(samples.crops.subarray(i * CROP_VALUES, (i + 1) * CROP_VALUES));
        const label = samples.labels[i]!;
        if (mirrored(label) && random.chance(0.5)) mirror(crop);
        loss += classifier.learn(crop, label);
      }
      step++;
      update(classifier, batch.length, step, RATE * 0.5 * (1 + Math.cos((Math.PI * step) / steps)));
    }
    onEpoch(epoch + 1, loss / order.length);
  }
}

function mirror(crop: Float32Array): void {
  for (let row = 0; row < CROP_CHANNELS * CROP_EDGE; row++)
    crop.subarray(row * CROP_EDGE, (row + 1) * CROP_EDGE).reverse();
}

function update(classifier: Classifier, examples: number, step: number, rate: number): void {
  const [meanShare, squareShare] = [1 - MEAN_KEPT ** step, 1 - SQUARE_KEPT ** step];
  for (const { data, gradient, mean, square } of classifier.parameters) {
    for (let i = 0; i < data.length; i++) {
      const slope = gradient[i]! / examples;
      mean[i] = mean[i]! * MEAN_KEPT + slope * (1 - MEAN_KEPT);
      square[i] = square[i]! * SQUARE_KEPT + slope * slope * (1 - SQUARE_KEPT);
      const change = mean[i]! / meanShare / (Math.sqrt(square[i]! / squareShare) + 1e-8);
      data[i] = data[i]! - rate * (change + DECAY * data[i]!);
    }
    gradient.fill(0);
  }
}
