/** Whether a point is inside. Drawings lie within -1..1, x to the right and y down. */
export type Shape = (x: number, y: number) => boolean;
export type Colour = readonly [red: number, green: number, blue: number];

export interface Layer {
  readonly shape: Shape;
  readonly colour: Colour;
}

export const ellipse =
  (cx: number, cy: number, rx: number, ry: number = rx): Shape =>
  (x, y) =>
    ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1;

export const box =
  (left: number, top: number, right: number, bottom: number): Shape =>
  (x, y) =>
    x >= left && x <= right && y >= top && y <= bottom;

/** `polygon(x1, y1, x2, y2, …)` */
export const polygon =
  (...at: number[]): Shape =>
  (x, y) => {
    let inside = false;
    for (let i = 0, j = at.length - 2; i < at.length; j = i, i += 2) {
      const [xi, yi, xj, yj] = [at[i]!, at[i + 1]!, at[j]!, at[j + 1]!];
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
    }
    return inside;
  };

/** A line with round ends. */
export const stroke = (x1: number, y1: number, x2: number, y2: number, thickness: number): Shape => {
  const length = (x2 - x1) ** 2 + (y2 - y1) ** 2 || 1e-9;
  return (x, y) => {
    const along = Math.min(Math.max(((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length, 0), 1);
    const [nearX, nearY] = [x1 + along * (x2 - x1), y1 + along * (y2 - y1)];
    return (x - nearX) ** 2 + (y - nearY) ** 2 <= (thickness / 2) ** 2;
  };
};

/** Corners on a circle, or on two in turn, the first one at `turn`. */
export function corners(count: number, radius: number, inner = radius, turn = -Math.PI / 2): Shape {
  const at: number[] = [];
  for (let i = 0; i < count; i++) {
    const angle = turn + (i * 2 * Math.PI) / count;
    const distance = i % 2 === 0 ? radius : inner;
    at.push(Math.cos(angle) * distance, Math.sin(angle) * distance);
  }
  return polygon(...at);
}

export const both =
  (a: Shape, b: Shape): Shape =>
  (x, y) =>
    a(x, y) && b(x, y);
export const any =
  (...shapes: Shape[]): Shape =>
  (x, y) =>
    shapes.some((shape) => shape(x, y));
export const without =
  (a: Shape, b: Shape): Shape =>
  (x, y) =>
    a(x, y) && !b(x, y);
