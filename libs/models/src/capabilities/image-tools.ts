import { defineCapability } from '../capability.ts';

/** Decoded picture: 8-bit RGB, row by row from the top left, `rgb.length = width * height * 3`. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** Brightness of every place: 8-bit, row by row from the top left, `grey.length = width * height`; 255 is white. */
export interface GreyPixels {
  readonly width: number;
  readonly height: number;
  readonly grey: Uint8Array;
}

/** A rectangle in pixels of the picture as shown (after EXIF rotation); x and y are its top left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface ImageInfo {
  /** Pixels, as shown: after EXIF rotation. */
  readonly width: number;
  readonly height: number;
  /** e.g. `jpeg`, `png`, `bmp` */
  readonly format: string;
  /** More than 1 for an animated picture or a TIFF of several pages. */
  readonly frames: number;
}

/**
 * Pictures: JPEG, PNG, WebP, GIF, TIFF and BMP, told by their bytes, never by their names. Everything is turned as EXIF
 * says, transparency is laid on white, and of an animated picture the first frame counts.
 * Errors: `media.unreadable`, `media.unsupported`, `media.limit` (50 megapixels).
 */
export interface ImageTools {
  probe(path: string, options: { signal: AbortSignal }): Promise<ImageInfo>;
  /** Decoded, and scaled down so that neither edge is longer than `maxEdge` (never up). */
  pixels(path: string, options: { maxEdge?: number; signal: AbortSignal }): Promise<Pixels>;
  /** Writes the picture as PNG, scaled down to `maxEdge` if given. */
  toPng(path: string, to: string, options: { maxEdge?: number; signal: AbortSignal }): Promise<void>;
  /** Writes what was computed as a PNG of one channel. */
  greyToPng(picture: GreyPixels, to: string, options: { signal: AbortSignal }): Promise<void>;
  /** Writes what was made as a PNG in colours. */
  pixelsToPng(picture: Pixels, to: string, options: { signal: AbortSignal }): Promise<void>;
}

export const ImageTools = defineCapability<ImageTools>('ImageTools');
