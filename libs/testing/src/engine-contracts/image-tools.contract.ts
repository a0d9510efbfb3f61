import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ImageTools, OpenedEngine } from '@intermodal/models';
import { describe, expect, it } from 'vitest';
import { colourAt, makeBmp, makePixels, makePng, makePngOfSize } from '../make-picture.ts';
import { expectAborted, openedForSuite, signal } from './opened.ts';

const BLUE = [20, 40, 200] as const;
const RED = [220, 10, 30] as const;
const picture = makePixels({ width: 30, height: 20 }, BLUE, [
  { x: 0, y: 0, width: 10, height: 5, colour: RED },
]);

/** What every ImageTools does; PNG and BMP can be made here, the other formats are for the engine's own test. */
export function imageToolsContract(name: string, open: () => Promise<OpenedEngine<ImageTools>>): void {
  describe(`${name} is ImageTools`, () => {
    const { engine, at } = openedForSuite(open);
    const put = async (name: string, bytes: Uint8Array | string) => {
      await writeFile(at(name), bytes);
      return at(name);
    };

    it.each([
      ['png', makePng(picture)],
      ['bmp', makeBmp(picture)],
    ])('reads %s, whatever it calls itself', async (format, bytes) => {
      const path = await put('picture.txt', bytes);
      expect(await engine().probe(path, { signal })).toEqual({ width: 30, height: 20, format, frames: 1 });
      const pixels = await engine().pixels(path, { signal });
      expect(pixels).toEqual(picture);
      expect(pixels.rgb.constructor).toBe(Uint8Array);
    });

    it('scales down to an edge, never up', async () => {
      const path = await put('small.png', makePng(picture));
      const small = await engine().pixels(path, { maxEdge: 15, signal });
      expect(small).toMatchObject({ width: 15, height: 10 });
      expect(small.rgb).toHaveLength(15 * 10 * 3);
      expect(await engine().pixels(path, { maxEdge: 300, signal })).toEqual(picture);
    });

    it('lays transparency on white', async () => {
      const path = await put('glass.png', makePng(picture, { opacity: 0 }));
      expect(colourAt(await engine().pixels(path, { signal }), 15, 10)).toEqual([255, 255, 255]);
    });

    it('writes PNG', async () => {
      const path = await put('from.bmp', makeBmp(picture));
      await engine().toPng(path, at('to.png'), { maxEdge: 15, signal });
      expect((await readFile(at('to.png'))).subarray(1, 4).toString()).toBe('PNG');
      expect(await engine().probe(at('to.png'), { signal })).toMatchObject({ width: 15, height: 10 });
    });

    it('writes what was computed as grey PNG, of one channel', async () => {
      const grey = Uint8Array.of(0, 90, 180, 255, 30, 60);
      await engine().greyToPng({ width: 3, height: 2, grey }, at('grey.png'), { signal });
      const { rgb } = await engine().pixels(at('grey.png'), { signal });
      expect([...rgb]).toEqual([...grey].flatMap((value) => [value, value, value]));
      const GREY = 0;
      expect((await readFile(at('grey.png')))[25]).toBe(GREY);
    });

    it('writes what was made as PNG in colours', async () => {
      const rgb = Uint8Array.of(0, 90, 180, 255, 30, 60, 7, 8, 9, 1, 2, 3, 4, 5, 6, 250, 251, 252);
      await engine().pixelsToPng({ width: 3, height: 2, rgb }, at('made.png'), { signal });
      const read = await engine().pixels(at('made.png'), { signal });
      expect(read).toMatchObject({ width: 3, height: 2 });
      expect([...read.rgb]).toEqual([...rgb]);
    });

    it.each([
      ['a letter', 'media.unreadable', 'Dear all, this is a letter.'],
      ['0 bytes', 'media.unreadable', ''],
      ['half a PNG', 'media.unreadable', makePng(noise()).subarray(0, 4000)],
      ['a BMP that lost its samples', 'media.unreadable', makeBmp(picture).subarray(0, 30)],
      ['a drawing', 'media.unsupported', '<svg xmlns="http://www.w3.org/2000/svg"></svg>'],
      ['a PDF document', 'media.unsupported', '%PDF-1.7\n\u0000'],
      ['60 megapixels of PNG', 'media.limit', makePngOfSize(10_000, 6000)],
      ['60 megapixels of BMP', 'media.limit', hugeBmp()],
    ])('refuses %s with %s and one sentence', async (_what, code, bytes) => {
      const path = await put('bad.jpg', bytes);
      await expect(engine().pixels(path, { signal })).rejects.toMatchObject({ code });
      const thrown = await engine()
        .toPng(path, at('never.png'), { signal })
        .catch((it: unknown) => it);
      expect(thrown).toMatchObject({ code });
      const { message } = thrown as Error;
      expect(message).not.toContain(dirname(path));
      expect(message.split('\n')).toHaveLength(1);
      expect(await readdir(dirname(path))).not.toContain('never.png');
    });

    it('stops when it is told to', async () => {
      const path = await put('any.png', makePng(picture));
      await expectAborted((stop) => engine().probe(path, { signal: stop }));
      await expectAborted((stop) => engine().pixels(path, { signal: stop }));
      await expectAborted((stop) => engine().toPng(path, at('never.png'), { signal: stop }));
    });
  });
}

/** What does not compress, so that half a file is really half a picture. */
function noise() {
  const pixels = makePixels({ width: 64, height: 64 }, BLUE);
  let state = 1;
  for (let i = 0; i < pixels.rgb.length; i++)
    pixels.rgb[i] = (state = (state * 48_271) % 2_147_483_647) & 255;
  return pixels;
}

function hugeBmp(): Buffer {
  const file = makeBmp(picture);
  file.writeInt32LE(10_000, 18);
  file.writeInt32LE(-6000, 22);
  return file;
}
