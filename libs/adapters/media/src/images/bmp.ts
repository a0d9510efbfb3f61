import { resolve } from 'node:path';
import { MEDIA_LIMITS } from '../limits.ts';
import { runGuarded } from '../run-guarded.ts';
import { pictureTooLarge, pictureTooSlow, pictureUnreadable } from './picture-error.ts';

/** The header of the oldest BMP files, with 16-bit sizes. */
const CORE_HEADER_BYTES = 12;

/** Width and height as the header says. @throws `media.unreadable`, `media.limit` */
export function bmpSize(head: Buffer): { width: number; height: number } {
  if (head.length < 26) throw pictureUnreadable('it ends within its header');
  const isCore = head.readUInt32LE(14) === CORE_HEADER_BYTES;
  const width = isCore ? head.readUInt16LE(18) : head.readInt32LE(18);
  // A negative height means that the first row is the top one.
  const height = isCore ? head.readUInt16LE(20) : Math.abs(head.readInt32LE(22));
  if (width <= 0 || height <= 0) throw pictureUnreadable('its header gives it no size');
  if (width * height > MEDIA_LIMITS.picturePixels) throw pictureTooLarge();
  return { width, height };
}

/** The BMP as PNG, by an ffmpeg that may read nothing else. It goes through a pipe: no file is left when we are killed. */
export async function bmpToPng(path: string, signal: AbortSignal): Promise<Buffer> {
  const ended = AbortSignal.timeout(MEDIA_LIMITS.pictureSeconds * 1000);
  const printPng = ['-frames:v', '1', '-c:v', 'png', '-f', 'image2pipe', 'pipe:1'];
  const changes = {
    formats: 'bmp_pipe',
    pixels: MEDIA_LIMITS.picturePixels,
    // No PNG is larger than its plain samples by more than this.
    keptBytes: MEDIA_LIMITS.picturePixels * 4 + 1_000_000,
  };
  try {
    const result = await runGuarded(
      'ffmpeg',
      resolve(path),
      printPng,
      AbortSignal.any([signal, ended]),
      changes,
    );
    if (result.exitCode === 0 && result.bytes.length > 0) return result.bytes;
    throw pictureUnreadable('it is damaged', new Error(result.stderr.slice(0, 2000)));
  } catch (error) {
    if (ended.aborted && !signal.aborted) throw pictureTooSlow();
    throw error;
  }
}
