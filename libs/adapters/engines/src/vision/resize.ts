import type { Pixels } from '@intermodal/models';

/** Scaled to another size, each pixel mixed of the four nearest ones. */
export function resize(image: Pixels, width: number, height: number): Pixels {
  const rgb = new Uint8Array(width * height * 3);
  const columns = mixes(image.width, width);
  const rows = mixes(image.height, height);
  for (let y = 0; y < height; y++) {
    const { from: top, to: bottom, share: down } = rows[y]!;
    for (let x = 0; x < width; x++) {
      const { from: left, to: right, share: along } = columns[x]!;
      for (let channel = 0; channel < 3; channel++) {
        const at = (column: number, row: number) => image.rgb[(row * image.width + column) * 3 + channel]!;
        const above = at(left, top) * (1 - along) + at(right, top) * along;
        const below = at(left, bottom) * (1 - along) + at(right, bottom) * along;
        rgb[(y * width + x) * 3 + channel] = Math.round(above * (1 - down) + below * down);
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
