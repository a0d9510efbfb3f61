import { defineCapability } from '../capability.ts';
import type { Box } from './image-tools.ts';

export interface ReadLine {
  readonly text: string;
  /** 0..1, the mean of its words. */
  readonly confidence: number;
  readonly box: Box;
}

export interface TextReader {
  /**
   * Reads printed text, line by line from the top. Words that are not sure are left out; no line on a picture without text.
   * @param path PNG
   */
  read(path: string, options: { language: string; signal: AbortSignal }): Promise<readonly ReadLine[]>;
}

export const TextReader = defineCapability<TextReader>('TextReader');
