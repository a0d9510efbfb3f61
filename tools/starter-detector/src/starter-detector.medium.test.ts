import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { loadEngines } from '@intermodal/engines';
import type { Engine, ObjectDetector, OpenedEngine } from '@intermodal/models';
import { testContext } from '@intermodal/testing/engine-contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measure, type Measured } from './measure.ts';
import { LABELS } from './scenes/render-scene.ts';

const FOLDER = new URL('../../../libs/adapters/engines/models/starter-detector/', import.meta.url);
const { signal } = new AbortController();

interface Card {
  readonly labels: readonly string[];
  readonly bytes: number;
  readonly sha256: string;
  readonly heldOut: Measured & { readonly firstSeed: number };
}

let card: Card;
let opened: OpenedEngine<ObjectDetector>;
beforeAll(async () => {
  card = JSON.parse(await readFile(new URL('card.json', FOLDER), 'utf8')) as Card;
  const engines = await loadEngines();
  const engine = engines.find((it) => it.name === 'starter-detector') as Engine<ObjectDetector>;
  expect(await engine.probe(testContext())).toEqual({ available: true });
  opened = await engine.open(testContext());
});
afterAll(() => opened.close());

describe('the shipped starter detector', () => {
  it('is the file that its card tells of, and small', async () => {
    const network = await readFile(fileURLToPath(new URL('model.onnx', FOLDER)));
    expect(createHash('sha256').update(network).digest('hex')).toBe(card.sha256);
    expect(network.length).toBe(card.bytes);
    expect(network.length).toBeLessThanOrEqual(500_000);
    expect(card.labels).toEqual(LABELS);
    expect(card.labels.length).toBeGreaterThanOrEqual(16);
  });

  it('does as well as its card says, on scenes it has not seen, by onnxruntime', async () => {
    const measured = await measure(opened.use, { scenes: 60, firstSeed: card.heldOut.firstSeed, signal });
    // Fewer scenes than the card's: so the figures are near its, not equal.
    for (const key of ['recall', 'precision', 'meanAveragePrecision'] as const)
      expect(Math.abs(measured[key] - card.heldOut[key]), `${key} ${measured[key]}`).toBeLessThan(0.08);
    expect(card.heldOut.precision).toBeGreaterThan(0.9);
  }, 120_000);
});
