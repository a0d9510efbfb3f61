import { RawImage } from '@huggingface/transformers';
import type { Pixels } from '@intermodal/models';

/** Decoded pictures as the library takes them. It is given no name of a file and no address: it would read either. */
export const rawImages = (pictures: readonly Pixels[]): RawImage[] =>
  pictures.map(({ rgb, width, height }) => new RawImage(rgb, width, height, 3));
