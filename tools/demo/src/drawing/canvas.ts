import { png } from './png.ts';

export type Colour = readonly [red: number, green: number, blue: number];
export type Point = readonly [x: number, y: number];

/** An area: the rectangle it lies in, and how far a point is from its edge; inside, that is less than 0. */
export interface Shape {
  readonly box: readonly [left: number, top: number, right: number, bottom: number];
  readonly distance: (x: number, y: number) => number;
}

/** A picture that is drawn by laying one area over the others. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly #rgb: Uint8Array;

  constructor(width: number, height: number, ground: Colour) {
    this.width = width;
    this.height = height;
    this.#rgb = new Uint8Array(width * height * 3);
    for (let at = 0; at < this.#rgb.length; at += 3) this.#rgb.set(ground, at);
  }

  fill(colour: Colour, ...shapes: readonly Shape[]): this {
    for (const shape of shapes) this.#lay(colour, shape);
    return this;
  }

  png(): Buffer {
    return png(this.width, this.height, this.#rgb);
  }

  #lay(colour: Colour, { box: [left, top, right, bottom], distance }: Shape): void {
    const [startX, startY] = [Math.max(0, Math.floor(left - 1)), Math.max(0, Math.floor(top - 1))];
    const endX = Math.min(this.width, Math.ceil(right + 1));
    const endY = Math.min(this.height, Math.ceil(bottom + 1));
    for (let y = startY; y < endY; y++) {
      for (let x = startX; x < endX; x++) {
        // How much of the pixel is covered, near enough: what makes edges soft.
        const share = 0.5 - distance(x + 0.5, y + 0.5);
        if (share > 0) this.#mix(3 * (y * this.width + x), colour, Math.min(1, share));
      }
    }
  }

  #mix(at: number, colour: Colour, share: number): void {
    for (let i = 0; i < 3; i++)
      this.#rgb[at + i] = Math.round(this.#rgb[at + i]! * (1 - share) + colour[i]! * share);
  }
}
