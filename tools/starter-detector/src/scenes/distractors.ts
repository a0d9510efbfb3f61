import type { Random } from '../random.ts';
import { anyColour, contrasting, varied } from './colours.ts';
import { any, box, corners, ellipse, polygon, stroke, without, type Layer, type Shape } from './shape.ts';
import type { Drawing } from './shapes.ts';

/** What stands out and is none of the things: the network must learn to say nothing. */
export const DISTRACTORS: readonly Drawing[] = [
  // Writing.
  (random) => {
    const strokes: Shape[] = [];
    for (let x = -0.9; x < 0.8; x += random.between(0.16, 0.3)) strokes.push(...glyph(random, x));
    return [{ shape: any(...strokes), colour: anyColour(random) }];
  },
  (random) => [{ shape: any(...glyph(random, -0.4, 4)), colour: anyColour(random) }],
  // A scribble.
  (random) => {
    const at = Array.from({ length: random.whole(4, 9) }, () => [
      random.between(-0.9, 0.9),
      random.between(-0.9, 0.9),
    ]);
    const thick = random.between(0.06, 0.16);
    const lines = at.slice(1).map(([x, y], i) => stroke(at[i]![0]!, at[i]![1]!, x!, y!, thick));
    return [{ shape: any(...lines), colour: anyColour(random) }];
  },
  // A blob with any number of corners.
  (random) => {
    const count = random.whole(7, 16);
    const at = Array.from({ length: count }, (_, i) => {
      const angle = (i * 2 * Math.PI) / count;
      const radius = random.between(0.3, 0.98);
      return [Math.cos(angle) * radius, Math.sin(angle) * radius];
    }).flat();
    return [{ shape: polygon(...at), colour: anyColour(random) }];
  },
  // Patches like those of photographs: many ragged blobs of many colours.
  (random) => {
    const base = anyColour(random);
    return Array.from({ length: random.whole(6, 22) }, (): Layer => {
      const [x, y] = [random.between(-0.65, 0.65), random.between(-0.65, 0.65)];
      return {
        shape: ellipse(x, y, random.between(0.1, 0.5), random.between(0.1, 0.5)),
        colour: random.chance(0.7) ? varied(base, random, 70) : anyColour(random),
      };
    });
  },
  // The same, ragged at its edges.
  (random) => {
    const base = anyColour(random);
    const dots = Array.from({ length: random.whole(30, 70) }, () => {
      const [x, y] = [random.normal() * 0.35, random.normal() * 0.35];
      return ellipse(x, y, random.between(0.03, 0.18), random.between(0.03, 0.18));
    });
    return dots.map((shape) => ({ shape, colour: varied(base, random, 50) }));
  },
  // A few plain pieces, stuck together.
  (random) => {
    const piece = (): Shape => {
      const [x, y, size] = [random.between(-0.5, 0.5), random.between(-0.5, 0.5), random.between(0.2, 0.45)];
      return random.pick<Shape>([
        ellipse(x, y, size, size * random.between(0.4, 1)),
        box(x - size, y - size * 0.5, x + size, y + size * 0.5),
        polygon(x - size, y + size, x + size, y + size * random.between(-1, 1), x, y - size),
      ]);
    };
    return Array.from({ length: random.whole(3, 5) }, () => ({ shape: piece(), colour: anyColour(random) }));
  },
  // A ring, a long oval, a bow, a bar with a bend.
  (random) => {
    const shape = random.pick<Shape>([
      without(ellipse(0, 0, 0.95), ellipse(0, 0, random.between(0.5, 0.75))),
      ellipse(0, 0, 0.97, random.between(0.3, 0.6)),
      without(box(-0.9, -0.9, 0.9, 0.9), box(-0.6, -0.6, 0.95, 0.95)),
      any(stroke(-0.9, -0.5, 0, 0.4, 0.2), stroke(0, 0.4, 0.9, -0.5, 0.2)),
      corners(random.pick([5, 6]), 0.95),
      polygon(-0.5, -0.7, 0.9, -0.7, 0.5, 0.7, -0.9, 0.7),
      stroke(-0.9, random.between(-0.9, 0.9), 0.9, random.between(-0.9, 0.9), 0.08),
      without(ellipse(0, 0, 0.9), box(-1, 0, 1, 1)),
    ]);
    return [{ shape, colour: anyColour(random) }];
  },
  // A board with a pattern.
  (random) => {
    const colour = anyColour(random);
    const marks = Array.from({ length: random.whole(4, 14) }, () => {
      const [x, y] = [random.between(-0.7, 0.5), random.between(-0.7, 0.6)];
      return random.chance(0.5)
        ? box(x, y, x + random.between(0.05, 0.4), y + 0.12)
        : ellipse(x, y, 0.1, 0.2);
    });
    return [
      { shape: box(-0.9, -0.9, 0.9, 0.9), colour },
      { shape: any(...marks), colour: contrasting(colour) },
    ];
  },
];

/** Some strokes that hang together, as letters do. */
function glyph(random: Random, left: number, size = 1): Shape[] {
  const point = (): [number, number] => [
    left + random.pick([0, 0.1, 0.2]) * size,
    random.pick([-0.2, 0, 0.2]) * size,
  ];
  const strokes: Shape[] = [];
  let [x, y] = point();
  for (let i = random.whole(2, 4); i > 0; i--) {
    const [toX, toY] = point();
    strokes.push(stroke(x, y, toX, toY, 0.07 * size));
    [x, y] = [toX, toY];
  }
  return strokes;
}
