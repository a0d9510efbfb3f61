import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parentPort } from 'node:worker_threads';
import type { Box, Pixels, ReadCode } from '@intermodal/models';
import { prepareZXingModule, readBarcodes, type ReadResult } from 'zxing-wasm/reader';

/**
 * The formats looked for. Those without a check digit (ITF, Codabar, Telepen) are not among them: they are found in grids and
 * fences.
 */
const FORMATS = {
  QRCode: 'qr',
  MicroQRCode: 'micro-qr',
  DataMatrix: 'data-matrix',
  Aztec: 'aztec',
  PDF417: 'pdf-417',
  EAN13: 'ean-13',
  EAN8: 'ean-8',
  UPCA: 'upc-a',
  UPCE: 'upc-e',
  Code128: 'code-128',
  Code93: 'code-93',
  Code39: 'code-39',
  DataBar: 'databar',
} as const;

// By default the library fetches its program from a CDN: it is given the one in its package, and could fetch no other.
globalThis.fetch = () => Promise.reject(new Error('The reader of codes uses no network.'));
const program = await readFile(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')));
prepareZXingModule({ overrides: { wasmBinary: program.buffer as ArrayBuffer } });

parentPort!.on('message', (image: Pixels) => void look(image));

/** What goes wrong here ends the thread, and so is told to whoever waits. */
async function look(image: Pixels): Promise<void> {
  const found = await readBarcodes(imageData(image), {
    formats: Object.keys(FORMATS) as (keyof typeof FORMATS)[],
    textMode: 'Plain',
  });
  parentPort!.postMessage(found.filter((code) => code.isValid).map(asCode));
}

/** As the library takes it: with a fourth byte for each pixel. */
function imageData({ width, height, rgb }: Pixels): Parameters<typeof readBarcodes>[0] {
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    data[to] = rgb[from]!;
    data[to + 1] = rgb[from + 1]!;
    data[to + 2] = rgb[from + 2]!;
  }
  return { data, width, height, colorSpace: 'srgb' };
}

function asCode({ format, text, position }: ReadResult): ReadCode {
  const box = around(Object.values(position));
  // UPC-A is EAN-13 that begins with 0: the bars are the same, and people know it by its twelve digits.
  if (format === 'EAN13' && text.startsWith('0')) return { format: 'upc-a', text: text.slice(1), box };
  return { format: FORMATS[format as keyof typeof FORMATS] ?? format.toLowerCase(), text, box };
}

function around(corners: readonly { x: number; y: number }[]): Box {
  const x = Math.min(...corners.map((corner) => corner.x));
  const y = Math.min(...corners.map((corner) => corner.y));
  return {
    x,
    y,
    width: Math.max(...corners.map((corner) => corner.x)) - x,
    height: Math.max(...corners.map((corner) => corner.y)) - y,
  };
}
