import { defineCapability } from '../capability.ts';
import type { Box, Pixels } from './image-tools.ts';

export interface ReadCode {
  /** e.g. `qr`, `ean-13`, `code-128` */
  readonly format: string;
  readonly text: string;
  readonly box: Box;
}

export interface CodeReader {
  /** Reads QR codes and bar codes. */
  read(image: Pixels, options: { signal: AbortSignal }): Promise<readonly ReadCode[]>;
}

export const CodeReader = defineCapability<CodeReader>('CodeReader');
