import { Qwen2VLImageProcessor } from '@huggingface/transformers';
import type { Device } from '@intermodal/models';
import { expect, it } from 'vitest';
import { boundGrid, checkShape } from './bound-grid.ts';

const bounds = (device: Device, settings: object) => {
  const seeing = new Qwen2VLImageProcessor({ patch_size: 14, merge_size: 2, ...settings });
  boundGrid(seeing, device);
  const { min_pixels, max_pixels } = seeing as unknown as Record<'min_pixels' | 'max_pixels', unknown>;
  return { min_pixels, max_pixels };
};

it('bounds what a model sees by the device, whatever it would see by its own settings', () => {
  const most = { cpu: 512 * 28 ** 2, cuda: 1_280 * 28 ** 2 };
  const own = { min_pixels: 3_136, max_pixels: 12_845_056 };
  expect(bounds('cpu', own)).toEqual({ min_pixels: 3_136, max_pixels: most.cpu });
  expect(bounds('cuda', own)).toEqual({ min_pixels: 3_136, max_pixels: most.cuda });
  // Qwen3-VL's settings have other names, and patches of another size.
  const other = { size: { shortest_edge: 65_536, longest_edge: 16_777_216 }, patch_size: 16 };
  expect(bounds('cpu', other)).toEqual({ min_pixels: 65_536, max_pixels: 512 * 32 ** 2 });
  expect(bounds('cpu', { min_pixels: 3_136, max_pixels: 6_272 })).toEqual({
    min_pixels: 3_136,
    max_pixels: 6_272,
  });
  expect(bounds('cpu', { min_pixels: 2_000_000 })).toEqual({ min_pixels: most.cpu, max_pixels: most.cpu });
  expect(bounds('cpu', {})).toEqual({ min_pixels: undefined, max_pixels: most.cpu });
});

it('takes a picture that is as long as the library makes a grid of, and none that is longer', () => {
  const rgb = new Uint8Array();
  expect(() => checkShape({ width: 2_000, height: 10, rgb })).not.toThrow();
  expect(() => checkShape({ width: 10, height: 2_001, rgb })).toThrow(/and this one has 10 x 2001 pixels/);
});
