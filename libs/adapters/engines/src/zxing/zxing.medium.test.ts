import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Pixels } from '@intermodal/models';
import { makePixels } from '@intermodal/testing';
import { codeReaderContract, testContext } from '@intermodal/testing/engine-contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer';
import zxing from './zxing.engine.ts';

codeReaderContract('zxing', () => zxing.open(testContext()));

const DOT = 4;

/** Drawn by the library's own writer: what is tested is the way from pixels to names and texts. */
async function draw(format: 'QRCode' | 'Code128' | 'DataMatrix' | 'UPCA', text: string): Promise<Pixels> {
  const { symbol, error } = await writeBarcode(text, { format });
  expect(error).toBe('');
  const dots = [...symbol.data.keys()].filter((i) => symbol.data[i] === 0);
  const size = { width: (symbol.width + 20) * DOT, height: (symbol.height + 20) * DOT };
  const at = (dot: number) => (dot + 10) * DOT;
  return makePixels(
    size,
    [255, 255, 255],
    dots.map((i) => ({
      x: at(i % symbol.width),
      y: at(Math.floor(i / symbol.width)),
      width: DOT,
      height: DOT,
      colour: [0, 0, 0],
    })),
  );
}

describe('zxing', () => {
  let opened: Awaited<ReturnType<typeof zxing.open>>;
  beforeAll(async () => {
    const program = await readFile(fileURLToPath(import.meta.resolve('zxing-wasm/writer/zxing_writer.wasm')));
    prepareZXingModule({ overrides: { wasmBinary: program.buffer as ArrayBuffer } });
    opened = await zxing.open(testContext());
  });
  afterAll(() => opened.close());

  it.each([
    ['QRCode', 'https://example.org/ü?a=1', 'qr'],
    ['Code128', 'Shelf 12', 'code-128'],
    ['DataMatrix', 'small', 'data-matrix'],
    ['UPCA', '036000291452', 'upc-a'],
  ] as const)('reads %s', async (format, text, name) => {
    const { signal } = new AbortController();
    expect(await opened.use.read(await draw(format, text), { signal })).toMatchObject([
      { format: name, text },
    ]);
  });
});
