import type { ImageTools } from '@intermodal/models';

/** ImageTools that does what it was told, and throws on all else. */
export function imageToolsDouble(told: Partial<ImageTools>): ImageTools {
  const untold = (name: string) => () => Promise.reject(new Error(`The test did not say what ${name} does.`));
  return {
    probe: untold('probe'),
    pixels: untold('pixels'),
    toPng: untold('toPng'),
    greyToPng: untold('greyToPng'),
    pixelsToPng: untold('pixelsToPng'),
    ...told,
  };
}
