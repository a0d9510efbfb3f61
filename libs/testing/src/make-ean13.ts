import type { Pixels } from '@intermodal/models';
import { makePixels } from './make-picture.ts';

const BAR = 3;
const QUIET_BARS = 12;

/** A bar code of EAN-13 (ISO/IEC 15420), drawn by the standard's tables, so that no reader is tested by its own writer. */
export function makeEan13(digits: string): Pixels {
  const [first, ...rest] = [...digits].map(Number) as [number, ...number[]];
  const left = rest.slice(0, 6).map((digit, i) => side(digit, PARITY[first]![i] === 'G' ? 'G' : 'L'));
  const right = rest.slice(6).map((digit) => side(digit, 'R'));
  const bars = `101${left.join('')}01010${right.join('')}101`;
  const rectangles = [...bars].flatMap((bar, i) => {
    const place = { x: (QUIET_BARS + i) * BAR, y: 20, width: BAR, height: 120 };
    return bar === '1' ? [{ ...place, colour: [0, 0, 0] as const }] : [];
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
