import { Tensor } from '@huggingface/transformers';
import { describe, expect, it } from 'vitest';
import { watchedSound } from './watched-sound.ts';

function watch(options: { steps: number; seconds: number }) {
  const told: unknown[] = [];
  const alive: (number | undefined)[] = [];
  const { signal } = new AbortController();
  const list = watchedSound(
    { signal, partial: (share) => void told.push(share), alive: (forMs) => void alive.push(forMs) },
    options,
  );
  const logits = new Tensor('float32', [0, 0], [1, 2]);
  for (let step = 0; step < options.steps; step++) list([[0n]], logits);
  return { told, alive };
}

describe('watchedSound', () => {
  it('tells how much is done, a hundred times at most', () => {
    expect(watch({ steps: 4, seconds: 1 }).told).toEqual([0.25, 0.5, 0.75, 1]);
    const { told } = watch({ steps: 1_503, seconds: 30 });
    expect(told).toEqual(Array.from({ length: 100 }, (_, i) => (i + 1) / 100));
  });

  it('says behind the last step for how long nothing is heard', () => {
    const { alive } = watch({ steps: 3, seconds: 30 });
    expect(alive).toEqual([undefined, undefined, undefined, 150_000]);
  });
});
