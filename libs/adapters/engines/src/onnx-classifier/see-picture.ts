import type { NetworkPicture } from '@intermodal/contracts';
import type { Pixels } from '@intermodal/models';
import { resize } from '../vision/resize.ts';

/** A picture as the values that a network was trained on. */
export function seePicture(image: Pixels, sees: NetworkPicture): Float32Array {
  const { width, height, layout, colours, mean, scale } = sees;
  const { rgb } = resize(sees.fit === 'cover' ? middle(image, width / height) : image, width, height);
  const pixels = width * height;
  const values = new Float32Array(3 * pixels);
  for (let pixel = 0; pixel < pixels; pixel++)
    for (let channel = 0; channel < 3; channel++) {
      const value = rgb[3 * pixel + (colours === 'RGB' ? channel : 2 - channel)]!;
      const at = layout === 'NHWC' ? 3 * pixel + channel : channel * pixels + pixel;
      values[at] = (value - mean[channel]!) / scale[channel]!;
    }
  return values;
}

/** The largest part in the middle that has these proportions. */
function middle(image: Pixels, proportion: number): Pixels {
  const width = Math.max(1, Math.min(image.width, Math.round(image.height * proportion)));
  const height = Math.max(1, Math.min(image.height, Math.round(image.width / proportion)));
  const left = Math.floor((image.width - width) / 2);
  const top = Math.floor((image.height - height) / 2);
  const rgb = new Uint8Array(3 * width * height);
  for (let row = 0; row < height; row++) {
    const from = 3 * ((top + row) * image.width + left);
    rgb.set(image.rgb.subarray(from, from + 3 * width), 3 * row * width);
  }
  return { width, height, rgb };
}
