import type { Pixels } from '@intermodal/models';
import type { PlainTensor } from '../onnx/requests.ts';
import { resize } from '../vision/resize.ts';

/** The edge of what the network sees, in pixels. */
export const YOLOX_EDGE = 416;
const PADDING = 114;

/** The picture at the top left of a square, blue first, as the network was trained. `scale` leads back. */
export function letterbox(image: Pixels): { tensor: PlainTensor; scale: number } {
  const scale = Math.min(YOLOX_EDGE / image.width, YOLOX_EDGE / image.height);
  const fitted = resize(
    image,
    Math.max(1, Math.round(image.width * scale)),
    Math.max(1, Math.round(image.height * scale)),
  );
  const plane = YOLOX_EDGE * YOLOX_EDGE;
  const data = new Float32Array(plane * 3).fill(PADDING);
  for (let y = 0; y < fitted.height; y++)
    for (let x = 0; x < fitted.width; x++)
      for (let channel = 0; channel < 3; channel++)
        data[(2 - channel) * plane + y * YOLOX_EDGE + x] = fitted.rgb[(y * fitted.width + x) * 3 + channel]!;
  return { tensor: { type: 'float32', dims: [1, 3, YOLOX_EDGE, YOLOX_EDGE], data }, scale };
}
