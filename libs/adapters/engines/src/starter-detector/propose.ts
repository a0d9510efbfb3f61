import type { Box, Pixels } from '@intermodal/models';

/** A patch that stands out from what surrounds it. */
export interface Patch {
  readonly box: Box;
  /** 1 where a pixel of the box belongs to the patch, row by row. */
  readonly mask: Uint8Array;
}

/** How far a pixel may be from the colour around it and still be background, in its worst channel. */
const TOLERANCE = 26;
/** How fast the colour of the background follows what is met: gradients are followed, edges are not. */
const FOLLOWING = 0.06;
/** The width of a seam at most, in pixels. */
const SEAM = 4;
const LEAST_EDGE = 12;
const LEAST_PIXELS = 70;
/** A drawing has few things on it. What falls into more patches is a photograph or a page of text. */
const MOST_PATCHES = 60;

/**
 * What stands out, the largest first: the background is what can be reached from the edge of the picture without a jump in
 * colour. What touches the edge is therefore part of the background.
 */
export function proposePatches(image: Pixels): Patch[] {
  const { width, height } = image;
  const smooth = smoothed(image);
  const background = withoutSeams(floodFromEdge(smooth, width, height), width, height);
  const patches = components(background, width, height).filter(
    ({ box }) => box.width < width * 0.95 || box.height < height * 0.95,
  );
  if (patches.length > MOST_PATCHES) return [];
  const whole = patches.filter((it) => !patches.some((other) => other !== it && isWithin(it.box, other.box)));
  return whole.sort((a, b) => b.box.width * b.box.height - a.box.width * a.box.height);
}

/** The mean of 3 x 3 pixels: noise is no edge. */
function smoothed({ width, height, rgb }: Pixels): Float32Array {
  const out = new Float32Array(rgb.length);
  for (let y = 0; y < height; y++) {
    const above = Math.max(y - 1, 0) * width;
    const below = Math.min(y + 1, height - 1) * width;
    for (let x = 0; x < width; x++) {
      const left = Math.max(x - 1, 0);
      const right = Math.min(x + 1, width - 1);
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (const row of [above, y * width, below])
          sum += rgb[(row + left) * 3 + c]! + rgb[(row + x) * 3 + c]! + rgb[(row + right) * 3 + c]!;
        out[(y * width + x) * 3 + c] = sum / 9;
      }
    }
  }
  return out;
}

interface Flooded {
  /** 1 for background. */
  readonly background: Uint8Array;
  /** The colour of the background at each of its pixels. */
  readonly carried: Float32Array;
}

/** Each pixel is compared with the colour that its neighbour carried to it. */
function floodFromEdge(colours: Float32Array, width: number, height: number): Flooded {
  const background = new Uint8Array(width * height);
  const carried = new Float32Array(width * height * 3);
  const queue = new Int32Array(width * height);
  let tail = 0;
  for (let i = 0; i < width * height; i++) {
    const x = i % width;
    const y = (i - x) / width;
    if (x !== 0 && y !== 0 && x !== width - 1 && y !== height - 1) continue;
    background[i] = 1;
    for (let c = 0; c < 3; c++) carried[i * 3 + c] = colours[i * 3 + c]!;
    queue[tail++] = i;
  }
  for (let head = 0; head < tail; head++) {
    const from = queue[head]!;
    const x = from % width;
    if (x > 0) visit(from, from - 1);
    if (x < width - 1) visit(from, from + 1);
    if (from >= width) visit(from, from - width);
    if (from < width * (height - 1)) visit(from, from + width);
  }
  return { background, carried };

  function visit(from: number, to: number): void {
    if (background[to]) return;
    for (let c = 0; c < 3; c++)
      if (Math.abs(colours[to * 3 + c]! - carried[from * 3 + c]!) > TOLERANCE) return;
    background[to] = 1;
    for (let c = 0; c < 3; c++) {
      const was = carried[from * 3 + c]!;
      carried[to * 3 + c] = was + (colours[to * 3 + c]! - was) * FOLLOWING;
    }
    queue[tail++] = to;
  }
}

/**
 * Where two backgrounds meet, as sky and ground do, their mixed colour is neither: it would hang together what stands on it.
 * What is thin between two backgrounds of different colours is such a seam; a thin line on one background is not.
 */
function withoutSeams({ background, carried }: Flooded, width: number, height: number): Uint8Array {
  const whole = Uint8Array.from(background);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (background[i]) continue;
      if (isSeam(i, width, y, height - 1 - y) || isSeam(i, 1, x, width - 1 - x)) whole[i] = 1;
    }
  return whole;

  function isSeam(at: number, step: number, before: number, after: number): boolean {
    const first = nearest(at, -step, before);
    const second = nearest(at, step, after);
    if (first < 0 || second < 0 || Math.abs(second - first) > step * (SEAM + 1)) return false;
    for (let c = 0; c < 3; c++)
      if (Math.abs(carried[first * 3 + c]! - carried[second * 3 + c]!) > TOLERANCE) return true;
    return false;
  }

  function nearest(at: number, step: number, room: number): number {
    for (let k = 1; k <= Math.min(SEAM, room); k++) if (background[at + k * step]) return at + k * step;
    return -1;
  }
}

/** What is no background, by what hangs together, corners included. */
function components(background: Uint8Array, width: number, height: number): Patch[] {
  const seen = Uint8Array.from(background);
  const queue = new Int32Array(width * height);
  const patches: Patch[] = [];
  for (let start = 0; start < seen.length; start++) {
    if (seen[start]) continue;
    let tail = 0;
    queue[tail++] = start;
    seen[start] = 1;
    let [left, right, top, bottom] = [width, 0, height, 0];
    for (let head = 0; head < tail; head++) {
      const x = queue[head]! % width;
      const y = (queue[head]! - x) / width;
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
      for (let row = Math.max(y - 1, 0); row <= Math.min(y + 1, height - 1); row++)
        for (let column = Math.max(x - 1, 0); column <= Math.min(x + 1, width - 1); column++) {
          const to = row * width + column;
          if (seen[to]) continue;
          seen[to] = 1;
          queue[tail++] = to;
        }
    }
    const box = { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
    if (tail < LEAST_PIXELS || Math.max(box.width, box.height) < LEAST_EDGE) continue;
    const mask = new Uint8Array(box.width * box.height);
    for (let i = 0; i < tail; i++) {
      const x = queue[i]! % width;
      mask[((queue[i]! - x) / width - top) * box.width + x - left] = 1;
    }
    patches.push({ box, mask });
  }
  return patches;
}

const isWithin = (inner: Box, outer: Box): boolean =>
  inner.width * inner.height < outer.width * outer.height &&
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;
