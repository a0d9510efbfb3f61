import type { ImageClassifier, OpenedEngine } from '@intermodal/models';
import { describe, expect, it } from 'vitest';
import { makePixels } from '../make-picture.ts';
import { expectAborted, openedForSuite, signal } from './opened.ts';

/** What every ImageClassifier does. */
export function imageClassifierContract(
  name: string,
  open: () => Promise<OpenedEngine<ImageClassifier>>,
): void {
  describe(`${name} is an ImageClassifier`, () => {
    const { engine } = openedForSuite(open);
    const seen = (width: number, height: number, colour: [number, number, number]) =>
      engine().see(makePixels({ width, height }, colour));
    const different = () => [
      seen(640, 480, [250, 20, 20]),
      seen(1, 1, [20, 240, 30]),
      seen(2, 900, [10, 20, 230]),
    ];

    it('gives every label a score, which together are 1', async () => {
      for (const scores of await engine().classify(different(), { signal })) {
        expect(scores).toHaveLength(engine().labels.length);
        for (const score of scores) expect(score).toBeGreaterThanOrEqual(0);
        expect(scores.reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 2);
      }
    });

    it('gives three pictures at once what it gives each alone, and different ones different answers', async () => {
      const pictures = different();
      const together = await engine().classify(pictures, { signal });
      const alone: (readonly number[])[] = [];
      for (const picture of pictures) alone.push(...(await engine().classify([picture], { signal })));
      for (const [i, scores] of together.entries())
        for (const [label, score] of scores.entries()) expect(score).toBeCloseTo(alone[i]![label]!, 3);
      expect(together[0]).not.toEqual(together[2]);
    });

    it('stops when it is told to', async () => {
      await expectAborted((stop) => engine().classify(different(), { signal: stop }));
    });
  });
}
