import { IntermodalError } from '@intermodal/contracts';
import { MEDIA_LIMITS } from '../limits.ts';
import type { SniffedPicture } from './sniff-picture.ts';

const ACCEPTED = 'JPEG, PNG, WebP, GIF, TIFF or BMP';
const MEGAPIXELS = MEDIA_LIMITS.picturePixels / 1_000_000;

export const pictureUnreadable = (why: string, cause?: unknown): IntermodalError =>
  new IntermodalError(
    'media.unreadable',
    `The picture could not be read, because ${why}: check that it opens and send it again.`,
    { cause },
  );

export const pictureTooLarge = (cause?: unknown): IntermodalError =>
  new IntermodalError(
    'media.limit',
    `The picture has more than ${MEGAPIXELS} megapixels: send a smaller one.`,
    { cause },
  );

export const pictureTooSlow = (cause?: unknown): IntermodalError =>
  new IntermodalError(
    'media.limit',
    `The picture took more than ${MEDIA_LIMITS.pictureSeconds} s to decode: send a smaller one.`,
    { cause },
  );

const unsupported = (what: string): IntermodalError =>
  new IntermodalError('media.unsupported', `The file is ${what}: send ${ACCEPTED}.`);

/** The sentence for what is no picture that we read. */
export function errorOfOther(other: Extract<SniffedPicture, { other: string }>['other']): IntermodalError {
  switch (other) {
    case 'empty':
      return pictureUnreadable('it has 0 bytes');
    case 'text':
      return pictureUnreadable('it holds text');
    case 'svg':
      return unsupported('an SVG drawing');
    case 'pdf':
      return unsupported('a PDF document');
    case 'heif':
      return unsupported('a HEIF or AVIF picture');
    case 'unknown':
      return unsupported('no picture of a kind that is accepted');
  }
}

/**
 * The error behind a refusal of libvips, which comes as a plain Error; its own words stay in `cause`: they name paths. All else,
 * such as a full disk or a bug of ours, is no fault of the picture and stays what it is.
 */
export function errorOfSharp(error: unknown): unknown {
  if (!(error instanceof Error) || error.constructor !== Error || 'code' in error) return error;
  const words = error.message;
  if (/pixel limit/i.test(words)) return pictureTooLarge(error);
  if (/timeout/i.test(words)) return pictureTooSlow(error);
  if (/out of memory|unable to allocate/i.test(words)) return pictureTooLarge(error);
  return pictureUnreadable('it is damaged', error);
}
