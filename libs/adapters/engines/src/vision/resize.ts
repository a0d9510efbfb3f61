import type { Pixels } from '@intermodal/models';

/** Scaled to another size, each pixel mixed of the four nearest ones. */
export function resize(image: Pixels, width: number, height: number): Pixels {
  const rgb = new Uint8Array(width * height * 3);
  const columns = mixes(image.width, width);
  const rows = mixes(image.height, height);
  const { rgb: source } = image;
  let to = 0;
  for (let y = 0; y < height; y++) {
    const { from: top, to: bottom, share: down } = rows[y]!;
    const [above, below] = [top * image.width * 3, bottom * image.width * 3];
    for (let x = 0; x < width; x++) {
      const { from, to: next, share: along } = columns[x]!;
      const [left, right] = [from * 3, next * 3];
      for (let channel = 0; channel < 3; channel++) {
        const over = source[above + left + channel]! * (1 - along) + source[above + right + channel]! * along;
        const under =
          source[below + left + channel]! * (1 - along) + source[below + right + channel]! * along;
        rgb[to++] = Math.round(over * (1 - down) + under * down);
      }
    }
  }
  return { width, height, rgb };
}

/** Between which two pixels of the source each pixel lies, and how near it is to the second. */
function mixes(source: number, target: number): { from: number; to: number; share: number }[] {
  return Array.from({ length: target }, (_, i) => {
    const place = Math.min(Math.max(((i + 0.5) * source) / target - 0.5, 0), source - 1);
    const from = Math.floor(place);
    return { from, to: Math.min(from + 1, source - 1), share: place - from };
  });
}
