import type Library from 'sharp';
import type { Sharp } from 'sharp';
import { MEDIA_LIMITS } from '../limits.ts';
import type { PictureFormat } from './sniff-picture.ts';

/** Opens a picture under the limits. */
export type OpenPicture = (input: string | Buffer, format: PictureFormat) => Sharp;

/**
 * sharp with all that could be turned against us turned off. libvips itself refuses every loader but these, whatever a file
 * calls itself; one thread and no cache keep its memory flat.
 * @param sharp the library, which may be missing: who calls has seen that it can be loaded
 */
export function guardedSharp(sharp: typeof Library): OpenPicture {
  sharp.cache(false);
  sharp.concurrency(1);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: LOADERS });
  return (input, format) =>
    sharp(input, { limitInputPixels: MEDIA_LIMITS.picturePixels, failOn: failOn(format) }).timeout({
      seconds: MEDIA_LIMITS.pictureSeconds,
    });
}

/** What was computed here, and is no file of anybody's. */
export type OpenRaw = (
  data: Uint8Array,
  size: { readonly width: number; readonly height: number },
  channels: 1 | 3,
) => Sharp;

export const rawSharp =
  (sharp: typeof Library): OpenRaw =>
  (data, { width, height }, channels) =>
    sharp(data, { raw: { width, height, channels } }).toColourspace(channels === 1 ? 'b-w' : 'srgb');

const LOADERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Tiff'].map((name) => `VipsForeignLoad${name}`);

/**
 * The slightest doubt refuses a picture, but for JPEG: cameras and old programs leave bytes between its segments, which every
 * viewer passes over and only 'warning' minds. A JPEG that was cut off is still refused.
 */
const failOn = (format: PictureFormat): 'error' | 'warning' => (format === 'jpeg' ? 'error' : 'warning');
