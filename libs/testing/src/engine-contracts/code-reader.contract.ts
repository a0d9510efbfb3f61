import type { CodeReader, OpenedEngine } from '@intermodal/models';
import { describe, expect, it } from 'vitest';
import { makeEan13 } from '../make-ean13.ts';
import { makePixels } from '../make-picture.ts';
import { expectAborted, openedForSuite, signal } from './opened.ts';

/** What every CodeReader does; EAN-13 must be among what it reads. */
export function codeReaderContract(name: string, open: () => Promise<OpenedEngine<CodeReader>>): void {
  describe(`${name} is a CodeReader`, () => {
    const { engine } = openedForSuite(open);
    const code = makeEan13('4006381333931');

    it('reads a bar code and says where it stands', async () => {
      const [found, ...more] = await engine().read(code, { signal });
      expect(more).toEqual([]);
      expect(found).toMatchObject({ format: 'ean-13', text: '4006381333931' });
      const { box } = found!;
      expect(box.x).toBeGreaterThan(24);
      expect(box.x + box.width).toBeLessThan(code.width - 24);
      expect(box.width).toBeGreaterThan(code.width * 0.7);
    });

    it('reads a code whose check digit is wrong as nothing', async () => {
      expect(await engine().read(makeEan13('4006381333932'), { signal })).toEqual([]);
    });

    it('finds nothing on a plain picture, nor on one pixel', async () => {
      const grey = makePixels({ width: 300, height: 200 }, [128, 128, 128]);
      expect(await engine().read(grey, { signal })).toEqual([]);
      expect(await engine().read(makePixels({ width: 1, height: 1 }, [0, 0, 0]), { signal })).toEqual([]);
    });

    it('keeps calls at once apart', async () => {
      const plain = makePixels({ width: 64, height: 64 }, [255, 255, 255]);
      const found = await Promise.all(
        [code, plain, code].map((picture) => engine().read(picture, { signal })),
      );
      expect(found.map((codes) => codes.length)).toEqual([1, 0, 1]);
    });

    it('stops in the middle when it is told to, and serves the next', async () => {
      const stop = new AbortController();
      const reason = new Error('told to stop');
      const large = engine().read(makePixels({ width: 2000, height: 2000 }, [9, 99, 9]), {
        signal: stop.signal,
      });
      const next = engine().read(code, { signal });
      setImmediate(() => stop.abort(reason));
      await expect(large).rejects.toBe(reason);
      expect(await next).toHaveLength(1);
      await expectAborted((aborted) => engine().read(code, { signal: aborted }));
    });
  });
}
