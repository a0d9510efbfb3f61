import type { Canvas, Colour, Shape } from './canvas.ts';
import { centred, letters } from './letters.ts';
import { circle, line, onClock, polygon, rectangle, regularPolygon } from './shapes.ts';

export const COLOURS = {
  black: [20, 20, 20],
  white: [255, 255, 255],
  grey: [130, 130, 135],
  red: [200, 16, 30],
  green: [70, 150, 60],
  blue: [30, 80, 200],
  night: [20, 40, 110],
  sky: [175, 215, 245],
  yellow: [250, 205, 30],
  brown: [125, 80, 45],
  cream: [245, 235, 215],
} as const satisfies Record<string, Colour>;

export function stopSign(canvas: Canvas, x: number, y: number, radius: number): void {
  const eight = (share: number): Shape => regularPolygon(8, x, y, radius * share, 0.75);
  const height = radius * 0.4;
  canvas
    .fill(COLOURS.grey, rectangle(x - radius * 0.07, y, radius * 0.14, radius * 2.8))
    .fill(COLOURS.white, eight(1))
    .fill(COLOURS.red, eight(0.93))
    .fill(
      COLOURS.white,
      ...letters('STOP', { x: centred('STOP', x, height), y: y - height / 2, height, bold: true }),
    );
}

export function clock(canvas: Canvas, x: number, y: number, radius: number): void {
  const hand = (thickness: number, length: number, hour: number): Shape =>
    line(radius * thickness, [x, y], onClock(x, y, radius * length, hour));
  const hours = Array.from({ length: 12 }, (_, i) => i + 1);
  canvas.fill(COLOURS.black, circle(x, y, radius)).fill(COLOURS.white, circle(x, y, radius * 0.9));
  for (const hour of hours) {
    const [numberX, numberY] = onClock(x, y, radius * 0.7, hour);
    const height = radius * 0.16;
    const text = String(hour);
    canvas.fill(
      COLOURS.black,
      line(radius * 0.03, onClock(x, y, radius * 0.82, hour), onClock(x, y, radius * 0.88, hour)),
      ...letters(text, { x: centred(text, numberX, height), y: numberY - height / 2, height }),
    );
  }
  // Ten past ten.
  canvas.fill(COLOURS.black, hand(0.08, 0.42, 10 + 1 / 6), hand(0.055, 0.62, 2), circle(x, y, radius * 0.07));
}

/** A board with a line of text, wide enough for it. */
export function board(canvas: Canvas, text: string, x: number, y: number, height: number): void {
  const start = centred(text, x, height);
  const margin = height * 0.8;
  const [width, tall] = [2 * (x - start + margin), height + 2 * margin];
  canvas
    .fill(COLOURS.black, rectangle(start - margin - 4, y - margin - 4, width + 8, tall + 8))
    .fill(COLOURS.white, rectangle(start - margin, y - margin, width, tall))
    .fill(COLOURS.black, ...letters(text, { x: start, y, height }));
}

export function tree(canvas: Canvas, x: number, ground: number, height: number): void {
  canvas
    .fill(COLOURS.brown, rectangle(x - height * 0.06, ground - height * 0.5, height * 0.12, height * 0.5))
    .fill([30, 105, 50], circle(x, ground - height * 0.68, height * 0.32));
}

export function house(canvas: Canvas, x: number, ground: number, width: number): void {
  const [top, half] = [ground - width * 0.7, width / 2];
  canvas
    .fill(COLOURS.cream, rectangle(x - half, top, width, width * 0.7))
    .fill(
      COLOURS.brown,
      polygon([x - half - 12, top], [x, top - width * 0.45], [x + half + 12, top]),
      rectangle(x - width * 0.1, ground - width * 0.38, width * 0.2, width * 0.38),
    )
    .fill(COLOURS.blue, rectangle(x - width * 0.38, top + width * 0.15, width * 0.2, width * 0.2))
    .fill(COLOURS.blue, rectangle(x + width * 0.18, top + width * 0.15, width * 0.2, width * 0.2));
}
