import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { Canvas } from './canvas.ts';
import { centred, letters } from './letters.ts';
import { filmScenes, scene } from './scene.ts';
import { circle, polygon, rectangle } from './shapes.ts';

/** As another program reads it. */
const decoded = (png: Buffer): Buffer =>
  execFileSync('ffmpeg', [...'-nostdin -v error -i - -f rawvideo -pix_fmt rgb24 -'.split(' ')], {
    input: png,
    maxBuffer: 10_000_000,
  });

describe('Canvas', () => {
  const canvas = new Canvas(40, 30, [10, 20, 30])
    .fill([255, 0, 0], rectangle(10, 10, 20, 10))
    .fill([0, 0, 255], circle(20, 15, 3))
    .fill([0, 255, 0], polygon([0, 30], [0, 24], [6, 30]));
  const rgb = decoded(canvas.png());
  const at = (x: number, y: number) => [...rgb.subarray(3 * (40 * y + x), 3 * (40 * y + x) + 3)];

  it('makes a picture that ffmpeg decodes to what was drawn', () => {
    expect(rgb).toHaveLength(40 * 30 * 3);
    expect(at(0, 0)).toEqual([10, 20, 30]);
    expect(at(10, 10)).toEqual([255, 0, 0]);
    expect(at(29, 19)).toEqual([255, 0, 0]);
    expect(at(30, 20)).toEqual([10, 20, 30]);
    expect(at(20, 15)).toEqual([0, 0, 255]);
    expect(at(1, 28)).toEqual([0, 255, 0]);
  });

  it('leaves out what lies outside', () => {
    expect(() => canvas.fill([0, 0, 0], circle(-10, -10, 5), circle(45, 35, 10))).not.toThrow();
  });

  it('softens edges', () => {
    const [red] = at(22, 13);
    expect(red).toBeGreaterThan(0);
    expect(red).toBeLessThan(255);
  });
});

describe('letters', () => {
  it('has a shape for everything that the demo writes', () => {
    for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:-!')
      expect(letters(letter, { x: 0, y: 0, height: 10 }), letter).not.toHaveLength(0);
  });

  it('puts text in the middle', () => {
    const shapes = letters('HOHH', { x: centred('HOHH', 100, 20), y: 0, height: 20 });
    const left = Math.min(...shapes.map(({ box }) => box[0]));
    const right = Math.max(...shapes.map(({ box }) => box[2]));
    expect((left + right) / 2).toBeCloseTo(100);
  });
});

describe('the pictures of the demo', () => {
  it('have the size that was meant, and a red sign', () => {
    const rgb = decoded(scene());
    expect(rgb).toHaveLength(960 * 640 * 3);
    const [red, green, blue] = rgb.subarray(3 * (960 * 180 + 190));
    expect(red).toBeGreaterThan(150);
    expect(Math.max(green!, blue!)).toBeLessThan(60);
  });

  it('are three for the film, each unlike the others', () => {
    const scenes = filmScenes('A TITLE').map((png) => decoded(png).toString('latin1'));
    expect(new Set(scenes).size).toBe(3);
  });
});
