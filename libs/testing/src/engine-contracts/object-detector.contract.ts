import type { ObjectDetector, OpenedEngine, Pixels } from '@intermodal/models';
import { describe, expect, it } from 'vitest';
import { makePixels } from '../make-picture.ts';
import { expectAborted, openedForSuite, signal } from './opened.ts';

/** What every ObjectDetector does. */
export function objectDetectorContract(
  name: string,
  open: () => Promise<OpenedEngine<ObjectDetector>>,
): void {
  describe(`${name} is an ObjectDetector`, () => {
    const { engine } = openedForSuite(open);
    const grey = (width: number, height: number): Pixels => makePixels({ width, height }, [128, 128, 128]);

    it('says what it can see, in lower-case English, and what it is good for', () => {
      const { labels, scope } = engine();
      expect(labels.length).toBeGreaterThan(0);
      expect(new Set(labels).size).toBe(labels.length);
      for (const label of labels) expect(label).toMatch(/^[a-z]+( [a-z]+)*$/);
      expect(scope).toMatch(/^[A-Z].*\.$/);
    });

    it.each([
      [1, 1],
      [2, 900],
      [900, 2],
      [640, 480],
    ])('sees nothing in %i x %i grey pixels', async (width, height) => {
      expect(await engine().detect(grey(width, height), { signal })).toEqual([]);
    });

    it('gives the surest first, with labels it knows, within the picture', async () => {
      const picture = makePixels(
        { width: 300, height: 200 },
        [255, 255, 255],
        [
          { x: 40, y: 40, width: 80, height: 80, colour: [220, 20, 30] },
          { x: 180, y: 60, width: 70, height: 90, colour: [20, 40, 200] },
        ],
      );
      const found = await engine().detect(picture, { signal });
      const scores = found.map((it) => it.score);
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      for (const { label, score, box } of found) {
        expect(engine().labels).toContain(label);
        expect(score).toBeGreaterThan(0);
        expect(score).toBeLessThanOrEqual(1);
        expect(box.x).toBeGreaterThanOrEqual(0);
        expect(box.y).toBeGreaterThanOrEqual(0);
        expect(box.x + box.width).toBeLessThanOrEqual(300);
        expect(box.y + box.height).toBeLessThanOrEqual(200);
      }
    });

    it('stops when it is told to', async () => {
      await expectAborted((stop) => engine().detect(grey(64, 64), { signal: stop }));
    });
  });
}
