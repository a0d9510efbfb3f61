import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CROP_VALUES, StarterDetector } from '@intermodal/engines';
import { measure } from './measure.ts';
import { Random } from './random.ts';
import { LABELS } from './scenes/render-scene.ts';
import { Classifier } from './training/classifier.ts';
import { NOTHING, samplesOf } from './training/samples.ts';
import { train } from './training/train.ts';

/**
 * Trains the network of the engine starter-detector on scenes that are rendered here, and writes it with a card that says how
 * well it does on scenes with other seeds. The same seed gives the same file:
 *
 *   npx tsc -b && node tools/starter-detector/dist/main.js
 */
const SEED = 2026;
const TRAINING = { scenes: 2200, firstSeed: 1_000_000, epochs: 5 };
const HELD_OUT = { scenes: 300, firstSeed: 9_000_000 };
const FOLDER = resolve(import.meta.dirname, '../../../libs/adapters/engines/models/starter-detector');

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const { signal } = new AbortController();

const samples = samplesOf(TRAINING.scenes, TRAINING.firstSeed);
say(`${samples.labels.length} crops of ${TRAINING.scenes} scenes, ${LABELS.length} labels`);
const random = new Random(SEED);
const classifier = new Classifier(LABELS.length + 1, random);
const stopSign = LABELS.indexOf('stop sign');
train(classifier, samples, {
  epochs: TRAINING.epochs,
  random,
  mirrored: (label) => label !== stopSign,
  onEpoch: (epoch, loss) => say(`epoch ${epoch}: loss ${loss.toFixed(4)}`),
});

const detector = new StarterDetector(
  { run: async ({ feeds }) => ({ scores: scoresOf(feeds['crops']!) }) },
  LABELS,
);
const heldOut = { ...(await measure(detector, { ...HELD_OUT, signal })), accuracy: accuracyOn(HELD_OUT) };
const network = classifier.toOnnx();
const card = {
  name: 'starter-detector',
  summary: 'Says what a drawn thing is, or that it is nothing. Trained on rendered scenes only.',
  licence: 'Apache-2.0',
  trainedBy: 'tools/starter-detector',
  labels: LABELS,
  seed: SEED,
  training: { ...TRAINING, crops: samples.labels.length },
  heldOut: { firstSeed: HELD_OUT.firstSeed, ...heldOut },
  bytes: network.length,
  sha256: createHash('sha256').update(network).digest('hex'),
};
await mkdir(FOLDER, { recursive: true });
await writeFile(join(FOLDER, 'model.onnx'), network);
await writeFile(join(FOLDER, 'card.json'), `${JSON.stringify(card, null, 2)}\n`);
say(JSON.stringify(card.heldOut));

/** What onnxruntime will answer, by the network as it was trained. */
function scoresOf({ data, dims }: { data: unknown; dims: readonly number[] }) {
  const scores = new Float32Array(dims[0]! * classifier.classes);
  for (let i = 0; i < dims[0]!; i++)
    scores.set(
      classifier.scores((data as Float32Array).subarray(i * CROP_VALUES, (i + 1) * CROP_VALUES)),
      i * classifier.classes,
    );
  return { type: 'float32' as const, dims: [dims[0]!, classifier.classes], data: scores };
}

/** The share of proposed crops whose surest class is right, nothing being one of the classes. */
function accuracyOn({ scenes, firstSeed }: { scenes: number; firstSeed: number }): number {
  const { crops, labels } = samplesOf(scenes, firstSeed);
  let right = 0;
  for (const [i, label] of labels.entries()) {
    const scores = classifier.scores(crops.subarray(i * CROP_VALUES, (i + 1) * CROP_VALUES));
    let best = NOTHING;
    for (let c = 0; c < scores.length; c++) if (scores[c]! > scores[best]!) best = c;
    if (best === label) right++;
  }
  return Math.round((right / labels.length) * 10_000) / 10_000;
}
