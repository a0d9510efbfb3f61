import type { Pixels } from '@intermodal/models';

/** Scaled to another size, each pixel mixed of the four nearest ones. */
export function resize(image: Pixels, width: number, height: number): Pixels {
  if (image.width === width && image.height === height) return image;
  const rgb = new Uint8Array(width * height * 3);
  const columns = mixes(image.width, width);
  const rows = mixes(image.height, height);
  const { rgb: source } = image;
  let to = 0;
  for (let y = 0; y < height; y++) {
    const above = rows.from[y]! * image.width * 3;
    const below = rows.next[y]! * image.width * 3;
    const down = rows.share[y]!;
    for (let x = 0; x < width; x++) {
      const left = columns.from[x]! * 3;
      const right = columns.next[x]! * 3;
      const along = columns.share[x]!;
      for (let channel = 0; channel < 3; channel++) {
        const overLeft = source[above + left + channel]!;
        const underLeft = source[below + left + channel]!;
        const over = overLeft + (source[above + right + channel]! - overLeft) * along;
        const under = underLeft + (source[below + right + channel]! - underLeft) * along;
        // The array cuts off what is behind the point.
        rgb[to++] = over + (under - over) * down + 0.5;
      }
    }
  }
  return { width, height, rgb };
}

interface Mixes {
  /** Of each pixel: between which two pixels of the source it lies, and how near it is to the second. */
  readonly from: Int32Array;
  readonly next: Int32Array;
  readonly share: Float64Array;
}

/** In arrays of numbers: objects for each pixel take twice as long to read. */
function mixes(source: number, target: number): Mixes {
  const [from, next, share] = [new Int32Array(target), new Int32Array(target), new Float64Array(target)];
  for (let i = 0; i < target; i++) {
    const place = Math.min(Math.max(((i + 0.5) * source) / target - 0.5, 0), source - 1);
    from[i] = Math.floor(place);
    next[i] = Math.min(from[i]! + 1, source - 1);
    share[i] = place - from[i]!;
  }
  return { from, next, share };
}
