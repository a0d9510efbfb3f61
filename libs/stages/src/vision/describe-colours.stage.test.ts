import { LocalFile } from '@intermodal/contracts';
import { imageToolsDouble, makePixels, runStage } from '@intermodal/testing';
import { describe, expect, it } from 'vitest';
import { nameOfColour } from './colour-names.ts';
import stage from './describe-colours.stage.ts';

const image = new LocalFile('/pictures/any.jpg', 'image/jpeg');

describe('vision.describe-colours', () => {
  it('names the colours of the picture and of what stands in it', async () => {
    // A red frame on green, through which the green is seen.
    const pixels = makePixels(
      { width: 100, height: 50 },
      [0, 160, 0],
      [
        { x: 20, y: 10, width: 30, height: 30, colour: [220, 0, 0] },
        { x: 30, y: 20, width: 10, height: 10, colour: [0, 160, 0] },
      ],
    );
    const images = imageToolsDouble({
      probe: async () => ({ width: 1000, height: 500, format: 'jpeg', frames: 1 }),
      pixels: async () => pixels,
    });
    const box = { x: 200, y: 100, width: 300, height: 300 };
    const objects = [{ label: 'frame', score: 1, box }];
    await using it = await runStage(stage, { image, objects }, { needs: { images } });
    expect(it.output).toEqual({
      picture: { width: 1000, height: 500 },
      colours: [
        { name: 'green', share: 0.84 },
        { name: 'red', share: 0.16 },
      ],
      objects: [{ label: 'frame', box, colours: [{ name: 'red', share: 1 }] }],
    });
  });

  it('says the colour of its surroundings of what has no other', async () => {
    const images = imageToolsDouble({
      probe: async () => ({ width: 40, height: 40, format: 'png', frames: 1 }),
      pixels: async () => makePixels({ width: 40, height: 40 }, [250, 250, 250]),
    });
    const objects = [{ label: 'polar bear', score: 1, box: { x: 39, y: 39, width: 50, height: 1 } }];
    await using it = await runStage(stage, { image, objects }, { needs: { images } });
    expect(it.output.objects[0]!.colours).toEqual([{ name: 'white', share: 1 }]);
  });

  it.each([
    [[0, 0, 0], 'black'],
    [[255, 255, 255], 'white'],
    [[128, 128, 128], 'grey'],
    [[200, 20, 30], 'red'],
    [[255, 150, 0], 'orange'],
    [[240, 220, 40], 'yellow'],
    [[30, 110, 40], 'green'],
    [[20, 40, 140], 'blue'],
    [[135, 206, 235], 'blue'],
    [[110, 60, 160], 'purple'],
    [[255, 170, 190], 'pink'],
    [[110, 70, 35], 'brown'],
  ] as const)('calls %j %s', ([red, green, blue], name) => expect(nameOfColour(red, green, blue)).toBe(name));
});
