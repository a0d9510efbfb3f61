import { LocalFile } from '@intermodal/contracts';
import { imageToolsDouble, makePixels, runStage } from '@intermodal/testing';
import { describe, expect, it } from 'vitest';
import readCodes from './read-codes.stage.ts';
import readText from './read-text.stage.ts';

const image = new LocalFile('/pictures/any.jpg', 'image/jpeg');
const box = { x: 10, y: 20, width: 30, height: 40 };
const images = imageToolsDouble({
  probe: async () => ({ width: 6000, height: 4000, format: 'jpeg', frames: 1 }),
  pixels: async () => makePixels({ width: 600, height: 400 }, [0, 0, 0]),
  toPng: async (path) => expect(path).toBe(image.path),
});

describe('vision.read-text', () => {
  it('reads a smaller picture, and says where its lines stand in the whole one', async () => {
    const reader = {
      read: async (path: string, { language }: { language: string }) => {
        expect([path.endsWith('.png'), language]).toEqual([true, 'de']);
        return [
          { text: 'eins', confidence: 0.9, box },
          { text: 'zwei', confidence: 0.8, box },
        ];
      },
    };
    await using it = await runStage(
      readText,
      { image },
      { needs: { images, reader }, params: { language: 'de' } },
    );
    expect(it.output.text).toBe('eins\nzwei');
    expect(it.output.lines[0]!.box).toEqual({ x: 20, y: 40, width: 60, height: 80 });
  });
});

describe('vision.read-codes', () => {
  it('says where codes stand in the whole picture', async () => {
    const reader = { read: async () => [{ format: 'qr', text: 'a', box }] };
    await using it = await runStage(readCodes, { image }, { needs: { images, reader } });
    expect(it.output.codes).toEqual([
      { format: 'qr', text: 'a', box: { x: 100, y: 200, width: 300, height: 400 } },
    ]);
  });
});
