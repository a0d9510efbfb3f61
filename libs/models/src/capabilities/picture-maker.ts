import { defineCapability } from '../capability.ts';
import type { Pixels } from './image-tools.ts';

/** Makes a picture of what it is told. */
export interface PictureMaker {
  /**
   * The same words and seed give the same picture.
   * @throws IntermodalError `input.too_large` for a description beyond the context
   */
  make(description: string, options: { seed: number; signal: AbortSignal }): Promise<Pixels>;
}

export const PictureMaker = defineCapability<PictureMaker>('PictureMaker');
