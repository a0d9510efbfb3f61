import type { Box, Pixels } from '@intermodal/models';

type Colour = readonly [red: number, green: number, blue: number];

/** A picture of one colour with rectangles on it, the later over the earlier. */
export function makePixels(
  size: { width: number; height: number },
  background: Colour,
  rectangles: readonly { box: Box; colour: Colour }[] = [],
): Pixels {
  const rgb = new Uint8Array(size.width * size.height * 3);
  const fill = (box: Box, colour: Colour) => {
    for (let y = box.y; y < box.y + box.height; y++)
      for (let x = box.x; x < box.x + box.width; x++) rgb.set(colour, (y * size.width + x) * 3);
  };
  fill({ x: 0, y: 0, ...size }, background);
  for (const { box, colour } of rectangles) fill(box, colour);
  return { ...size, rgb };
}

const BAR = 3;
const QUIET_BARS = 12;

/** A bar code of EAN-13 (ISO/IEC 15420), drawn by the standard's tables, so that no reader is tested by its own writer. */
export function makeEan13(digits: string): Pixels {
  const [first, ...rest] = [...digits].map(Number) as [number, ...number[]];
  const left = rest.slice(0, 6).map((digit, i) => side(digit, PARITY[first]![i] === 'G' ? 'G' : 'L'));
  const right = rest.slice(6).map((digit) => side(digit, 'R'));
  const bars = `101${left.join('')}01010${right.join('')}101`;
  const rectangles = [...bars].flatMap((bar, i) => {
    const box = { x: (QUIET_BARS + i) * BAR, y: 20, width: BAR, height: 120 };
    return bar === '1' ? [{ box, colour: [0, 0, 0] as const }] : [];
  });
  return makePixels(
    { width: (bars.length + 2 * QUIET_BARS) * BAR, height: 160 },
    [255, 255, 255],
    rectangles,
  );
}

const PARITY = [
  ...['LLLLLL', 'LLGLGG', 'LLGGLG', 'LLGGGL', 'LGLLGG', 'LGGLLG', 'LGGGLL', 'LGLGLG', 'LGLGGL', 'LGGLGL'],
];
const LEFT = [
  ...['0001101', '0011001', '0010011', '0111101', '0100011', '0110001', '0101111', '0111011', '0110111'],
  '0001011',
];

function side(digit: number, kind: 'L' | 'G' | 'R'): string {
  const left = LEFT[digit]!;
  const right = [...left].map((bar) => (bar === '1' ? '0' : '1')).join('');
  if (kind === 'G') return [...right].reverse().join('');
  return kind === 'L' ? left : right;
}
