import type { Point, Shape } from './canvas.ts';

export const circle = (x: number, y: number, radius: number): Shape => ({
  box: [x - radius, y - radius, x + radius, y + radius],
  distance: (px, py) => Math.hypot(px - x, py - y) - radius,
});

export const rectangle = (x: number, y: number, width: number, height: number): Shape => ({
  box: [x, y, x + width, y + height],
  distance: (px, py) => Math.max(x - px, px - x - width, y - py, py - y - height),
});

export const polygon = (...points: readonly Point[]): Shape => ({
  box: boxAround(points, 0),
  distance: (px, py) => {
    let inside = false;
    let nearest = Infinity;
    for (const [i, from] of points.entries()) {
      const to = points[(i + 1) % points.length]!;
      nearest = Math.min(nearest, distanceTo(px, py, from, to));
      if (from[1] > py !== to[1] > py && px < crossing(from, to, py)) inside = !inside;
    }
    return inside ? -nearest : nearest;
  },
});

/** All corners on a circle; the first one at `turn` twelfths of the way round, from the top. */
export const regularPolygon = (corners: number, x: number, y: number, radius: number, turn = 0): Shape =>
  polygon(...Array.from({ length: corners }, (_, i) => onClock(x, y, radius, turn + (12 * i) / corners)));

/** A line of round ends through the points. */
export const line = (thickness: number, ...points: readonly Point[]): Shape => ({
  box: boxAround(points, thickness / 2),
  distance: (px, py) => {
    let nearest = Infinity;
    for (const [i, from] of points.entries())
      nearest = Math.min(nearest, distanceTo(px, py, from, points[i + 1] ?? from));
    return nearest - thickness / 2;
  },
});

/** The point at this hour of a clock's face. */
export const onClock = (x: number, y: number, radius: number, hour: number): Point => {
  const angle = (hour / 6) * Math.PI;
  return [x + radius * Math.sin(angle), y - radius * Math.cos(angle)];
};

function boxAround(points: readonly Point[], margin: number): Shape['box'] {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return [
    Math.min(...xs) - margin,
    Math.min(...ys) - margin,
    Math.max(...xs) + margin,
    Math.max(...ys) + margin,
  ];
}

/** Where the line through both has this y. */
const crossing = ([x, y]: Point, [toX, toY]: Point, py: number): number =>
  ((toX - x) * (py - y)) / (toY - y) + x;

function distanceTo(px: number, py: number, [x, y]: Point, [toX, toY]: Point): number {
  const squared = (toX - x) ** 2 + (toY - y) ** 2;
  const along = squared === 0 ? 0 : ((px - x) * (toX - x) + (py - y) * (toY - y)) / squared;
  const nearest = Math.min(1, Math.max(0, along));
  return Math.hypot(px - x - nearest * (toX - x), py - y - nearest * (toY - y));
}
