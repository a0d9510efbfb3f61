import { crc32, deflateSync } from 'node:zlib';
import type { Box, Pixels } from '@intermodal/models';

type Colour = readonly [red: number, green: number, blue: number];

/** A picture of one colour, with rectangles of other colours on it. */
export function makePixels(
  size: { width: number; height: number },
  colour: Colour,
  rectangles: readonly (Box & { readonly colour: Colour })[] = [],
): Pixels {
  const { width, height } = size;
  const rgb = new Uint8Array(width * height * 3);
  for (const it of [{ x: 0, y: 0, width, height, colour }, ...rectangles])
    for (let y = it.y; y < it.y + it.height; y++)
      for (let x = it.x; x < it.x + it.width; x++) rgb.set(it.colour, (y * width + x) * 3);
  return { width, height, rgb };
}

/** The colour of one pixel. */
export const colourAt = ({ width, rgb }: Pixels, x: number, y: number): number[] => [
  ...rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

/** PNG, without a library. With `opacity` (0..255) it has an alpha channel. */
export function makePng({ width, height, rgb }: Pixels, options: { opacity?: number } = {}): Buffer {
  const channels = options.opacity === undefined ? 3 : 4;
  const rows = Buffer.alloc(height * (1 + width * channels));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * (1 + width * channels) + 1 + x * channels;
      rows.set(rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3), at);
      if (options.opacity !== undefined) rows[at + 3] = options.opacity;
    }
  return Buffer.concat([
    Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'),
    pngChunk('IHDR', pngHeader(width, height, channels === 3 ? 2 : 6)),
    pngChunk('IDAT', deflateSync(rows)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A PNG whose header promises a size that its samples do not have. */
export const makePngOfSize = (width: number, height: number): Buffer =>
  Buffer.concat([
    Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'),
    pngChunk('IHDR', pngHeader(width, height, 2)),
    pngChunk('IDAT', deflateSync(Buffer.alloc(1000))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);

/** BMP of 24 bits, bottom row first, as it is written mostly. */
export function makeBmp({ width, height, rgb }: Pixels): Buffer {
  const rowBytes = Math.ceil((width * 3) / 4) * 4;
  const file = Buffer.alloc(54 + rowBytes * height);
  file.write('BM', 'latin1');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < 3; channel++)
        file[54 + (height - 1 - y) * rowBytes + x * 3 + channel] = rgb[(y * width + x) * 3 + 2 - channel]!;
  return file;
}

function pngHeader(width: number, height: number, colourType: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, colourType], 8);
  return header;
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
