import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import type { ImageTools, OpenedEngine } from '@intermodal/models';
import { colourAt, makePixels, makePng, sharedFolder } from '@intermodal/testing';
import { imageToolsContract, testContext } from '@intermodal/testing/engine-contracts';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadMediaEngines } from '../index.ts';
import engine from './sharp.engine.ts';

imageToolsContract('sharp', () => engine.open(testContext()));

const shared = sharedFolder();
const { signal } = new AbortController();
const GREEN = [10, 160, 60] as const;
const WHITE = [250, 250, 250] as const;
// Green at the top left of white, so that turning it shows.
const picture = makePixels({ width: 60, height: 40 }, WHITE, [
  { x: 0, y: 0, width: 30, height: 20, colour: GREEN },
]);
let opened: OpenedEngine<ImageTools>;
let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-pictures-'));
  opened = await engine.open(testContext());
});
afterAll(async () => {
  await opened.close();
  await rm(folder, { recursive: true });
});

async function read(bytes: Buffer) {
  await writeFile(at('any'), bytes);
  const info = await opened.use.probe(at('any'), { signal });
  return { info, pixels: await opened.use.pixels(at('any'), { signal }) };
}
const near = (actual: number[], wanted: readonly number[]) => {
  for (const [i, value] of wanted.entries()) expect(Math.abs(actual[i]! - value)).toBeLessThan(12);
};
const source = () => sharp(makePng(picture));

describe('the sharp engine', () => {
  it('is found by its file name and available', async () => {
    expect((await loadMediaEngines()).map((it) => it.name)).toContain('sharp');
    expect(await engine.probe(testContext())).toEqual({ available: true });
  });

  it.each(['jpeg', 'webp', 'gif', 'tiff'] as const)('reads %s', async (format) => {
    const { info, pixels } = await read(await source().toFormat(format).toBuffer());
    expect(info).toEqual({ width: 60, height: 40, format, frames: 1 });
    near(colourAt(pixels, 8, 8), GREEN);
    near(colourAt(pixels, 50, 30), WHITE);
  });

  it('turns as EXIF says', async () => {
    const { info, pixels } = await read(await source().jpeg().withMetadata({ orientation: 6 }).toBuffer());
    expect(info).toMatchObject({ width: 40, height: 60 });
    expect(pixels).toMatchObject({ width: 40, height: 60 });
    near(colourAt(pixels, 32, 8), GREEN);
    near(colourAt(pixels, 8, 8), WHITE);
  });

  it.each([
    ['CMYK', () => source().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer(), GREEN],
    ['16 bits', () => source().toColourspace('rgb16').png().toBuffer(), GREEN],
    ['16 bits of grey', () => source().toColourspace('grey16').png().toBuffer(), [132, 132, 132]],
    ['grey', () => source().toColourspace('b-w').png().toBuffer(), [132, 132, 132]],
    ['grey with alpha', () => source().toColourspace('b-w').ensureAlpha(0).png().toBuffer(), [255, 255, 255]],
    ['a palette', () => source().png({ palette: true }).toBuffer(), GREEN],
    ['Lab', () => source().toColourspace('lab').tiff().toBuffer(), GREEN],
  ] as const)('makes 8-bit sRGB of %s', async (_name, make, wanted) => {
    const { pixels } = await read(await make());
    expect(pixels.rgb).toHaveLength(60 * 40 * 3);
    const [red, green, blue] = colourAt(pixels, 8, 8) as [number, number, number];
    for (const [i, value] of [red, green, blue].entries())
      expect(Math.abs(value - wanted[i]!), `${red} ${green} ${blue}`).toBeLessThan(30);
  });

  it.each(['gif', 'webp'] as const)(
    'takes the first frame of an animated %s, and counts them',
    async (format) => {
      const second = sharp(makePng(makePixels({ width: 60, height: 40 }, [0, 0, 0])));
      const frames = [await source().png().toBuffer(), await second.png().toBuffer()];
      const animated = await sharp(frames, { join: { animated: true } })
        .toFormat(format)
        .toBuffer();
      const { info, pixels } = await read(animated);
      expect(info).toMatchObject({ width: 60, height: 40, frames: 2 });
      expect(pixels).toMatchObject({ width: 60, height: 40 });
      near(colourAt(pixels, 50, 30), WHITE);
    },
  );

  it('refuses a JPEG that was cut off', async () => {
    const jpeg = await source().resize(600, 400).jpeg().toBuffer();
    await expect(read(jpeg.subarray(0, jpeg.length / 2))).rejects.toMatchObject({ code: 'media.unreadable' });
  });

  it('has no loader for SVG, whoever asks', async () => {
    await expect(
      sharp(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')).metadata(),
    ).rejects.toThrow();
  });
});

describe.skipIf(!shared)('every picture of ../shared (skipped where that folder is absent)', () => {
  const REFUSED = /^media\.(unreadable|unsupported|limit)$/;
  const codeOf = async (path: string): Promise<string> => {
    // The limit is part of what is asked: a picture that hangs the decoder fails the test.
    const within = AbortSignal.timeout(10_000);
    try {
      const pixels = await opened.use.pixels(path, { maxEdge: 1024, signal: within });
      expect(pixels.rgb).toHaveLength(pixels.width * pixels.height * 3);
      return 'read';
    } catch (error) {
      expect((error as Error).message).not.toContain('/');
      return (error as { code?: string }).code ?? String(error);
    }
  };

  it.each(['images', 'documents'])(
    '%s are read',
    async (kind) => {
      const names = await readdir(join(shared!, 'fixtures', kind));
      const pictures = names.filter((name) => /\.(jpg|png|bmp|tif)$/.test(name));
      expect(pictures.length).toBeGreaterThan(5);
      for (const name of pictures)
        expect([name, await codeOf(join(shared!, 'fixtures', kind, name))]).toEqual([name, 'read']);
    },
    120_000,
  );

  it('malformed ones are read where that is possible, and refused by a code where it is not', async () => {
    const malformed = join(shared!, 'fixtures/malformed');
    const read: string[] = [];
    for (const name of await readdir(malformed)) {
      const code = await codeOf(join(malformed, name));
      if (code === 'read') read.push(name);
      else expect([name, code]).toEqual([name, expect.stringMatching(REFUSED)]);
    }
    const extensions = read.map((name) => extname(name));
    expect(new Set(extensions)).toEqual(new Set(['.webp', '.png', '.bmp', '.jpg', '.gif', '.tif']));
    expect(read).toEqual(expect.arrayContaining(READABLE.map((it) => expect.stringContaining(it) as string)));
  }, 300_000);
});

/** Odd, but whole: every viewer shows them. */
const READABLE = [
  'hopper_bad_exif.jpg',
  'photoshop-200dpi-broken.jpg',
  'broken_exif_dpi.jpg',
  'num_frames_high.png',
  'yellow_rose.lossy.webp',
  'hopper_zero_comment_subblocks.gif',
  'total-pages-zero.tif',
];
