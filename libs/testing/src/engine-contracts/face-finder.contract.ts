import type { FaceFinder, OpenedEngine } from '@intermodal/models';
import { describe, expect, it } from 'vitest';
import { makePixels } from '../make-picture.ts';
import { expectAborted, openedForSuite, signal } from './opened.ts';

/** What every FaceFinder does. */
export function faceFinderContract(name: string, open: () => Promise<OpenedEngine<FaceFinder>>): void {
  describe(`${name} is a FaceFinder`, () => {
    const { engine } = openedForSuite(open);

    it.each([
      [1, 1],
      [2, 900],
      [640, 480],
    ])('sees nobody in %i x %i grey pixels', async (width, height) => {
      const grey = makePixels({ width, height }, [128, 128, 128]);
      expect(await engine().find(grey, { signal })).toEqual([]);
    });

    it('stops when it is told to', async () => {
      const grey = makePixels({ width: 64, height: 64 }, [128, 128, 128]);
      await expectAborted((stop) => engine().find(grey, { signal: stop }));
    });
  });
}
