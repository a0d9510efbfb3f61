import { execFileSync } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenedEngine, TextReader } from '@intermodal/models';
import { describe, expect, it } from 'vitest';
import { sharedFolder } from '../shared-folder.ts';
import { expectAborted, openedForSuite, signal } from './opened.ts';

const shared = sharedFolder();

/** What every TextReader does; English must be among its languages. */
export function textReaderContract(name: string, open: () => Promise<OpenedEngine<TextReader>>): void {
  describe(`${name} is a TextReader`, () => {
    const { engine, at } = openedForSuite(open);
    const read = (path: string, language = 'en') => engine().read(path, { language, signal });
    const textOf = async (path: string) => (await read(path)).map((line) => line.text).join(' ');
    const ffmpeg = (...args: string[]) => execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...args]);
    const asPng = (fixture: string) => {
      ffmpeg('-i', join(shared!, 'fixtures', fixture), '-frames:v', '1', at('picture.png'));
      return at('picture.png');
    };

    it.each(['color=white:s=320x240', 'color=black:s=320x240', 'testsrc2=s=320x240', 'mandelbrot=s=320x240'])(
      'reads nothing on %s',
      async (source) => {
        // The test card writes its own clock: its first rows stay away.
        ffmpeg('-f', 'lavfi', '-i', source, '-vf', 'crop=320:160:0:80', '-frames:v', '1', at('plain.png'));
        expect(await read(at('plain.png'))).toEqual([]);
      },
    );

    it('refuses a language that it does not know and names those that it does', async () => {
      ffmpeg('-f', 'lavfi', '-i', 'color=white:s=32x24', '-frames:v', '1', at('white.png'));
      await expect(read(at('white.png'), 'tlh')).rejects.toMatchObject({
        code: 'language.unsupported',
        message: expect.stringMatching(/'tlh'.*\ben\b/) as string,
      });
    });

    it('refuses what is no picture', async () => {
      await copyFile(import.meta.filename, at('text.png'));
      await expect(read(at('text.png'))).rejects.toMatchObject({ code: 'media.unreadable' });
    });

    it('stops when it is told to', async () => {
      await expectAborted((stop) => engine().read(at('any.png'), { language: 'en', signal: stop }));
    });

    it.skipIf(!shared)('reads a page in lines (skipped where ../shared is absent)', async () => {
      const lines = await read(asPng('documents/tess-phototest.tif'));
      expect(lines[0]).toMatchObject({ text: 'This is a lot of 12 point text to test the' });
      expect(lines.length).toBeGreaterThan(6);
      for (const [i, line] of lines.entries()) {
        expect(line.confidence).toBeGreaterThan(0.8);
        expect(line.box.height).toBeGreaterThan(10);
        expect(line.box.y).toBeGreaterThan(lines[i - 1]?.box.y ?? 0);
      }
    });

    it.skipIf(!shared)('reads a logo (skipped where ../shared is absent)', async () => {
      expect(await textOf(asPng('images/gcp-logos.png'))).toBe('Google');
    });

    it.skipIf(!shared).each(['coral-pets.jpg', 'darknet-dog.jpg', 'darknet-scream.jpg', '000000001818.jpg'])(
      'reads nothing on %s (skipped where ../shared is absent)',
      async (name) => {
        expect(await textOf(asPng(`images/${name}`))).toBe('');
      },
    );
  });
}
