import { rm, writeFile } from 'node:fs/promises';
import { IntermodalError } from '@intermodal/contracts';
import type { EngineLog, GreyPixels, ImageInfo, ImageTools, Pixels } from '@intermodal/models';
import type { Metadata, Sharp } from 'sharp';
import { MEDIA_LIMITS } from '../limits.ts';
import { bmpSize, bmpToPng } from './bmp.ts';
import type { OpenPicture, OpenRaw } from './guarded-sharp.ts';
import { errorOfOther, errorOfSharp, pictureTooLarge, pictureUnreadable } from './picture-error.ts';
import { sniffPicture, type PictureFormat } from './sniff-picture.ts';
import { Turns } from './turns.ts';

interface Opened {
  readonly picture: Sharp;
  readonly metadata: Metadata;
}

/** ImageTools over sharp. A decode cannot be stopped: an aborted call returns at once, and its decode ends unheard. */
export class SharpImageTools implements ImageTools {
  readonly #open: OpenPicture;
  readonly #openRaw: OpenRaw;
  readonly #log: EngineLog;
  readonly #turns = new Turns();

  constructor(open: OpenPicture, openRaw: OpenRaw, log: EngineLog) {
    this.#open = open;
    this.#openRaw = openRaw;
    this.#log = log;
  }

  probe(path: string, { signal }: { signal: AbortSignal }): Promise<ImageInfo> {
    return this.#inTurn(signal, async () => {
      const sniffed = await sniffPicture(path);
      if ('other' in sniffed) throw errorOfOther(sniffed.other);
      if (sniffed.format === 'bmp') return { ...bmpSize(sniffed.head), format: 'bmp', frames: 1 };
      const { metadata } = await this.#header(path, sniffed.format);
      const { width, height } = metadata.autoOrient;
      return { width, height, format: sniffed.format, frames: metadata.pages ?? 1 };
    });
  }

  pixels(path: string, options: { maxEdge?: number; signal: AbortSignal }): Promise<Pixels> {
    return this.#inTurn(options.signal, async () => {
      const picture = plain(await this.#picture(path, options.signal), options.maxEdge);
      const { data, info } = await picture.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
      if (info.channels !== 3)
        throw new TypeError(`sharp gave ${info.channels} channels where 3 were asked for.`);
      const rgb = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      return { width: info.width, height: info.height, rgb };
    });
  }

  toPng(path: string, to: string, options: { maxEdge?: number; signal: AbortSignal }): Promise<void> {
    return this.#inTurn(options.signal, async () => {
      await writePng(plain(await this.#picture(path, options.signal), options.maxEdge), to, options);
    });
  }

  greyToPng(picture: GreyPixels, to: string, options: { signal: AbortSignal }): Promise<void> {
    const { grey: data, ...size } = picture;
    return this.#inTurn(options.signal, () => writePng(this.#openRaw(data, size, 1), to, options));
  }

  pixelsToPng(picture: Pixels, to: string, options: { signal: AbortSignal }): Promise<void> {
    const { rgb: data, ...size } = picture;
    return this.#inTurn(options.signal, () => writePng(this.#openRaw(data, size, 3), to, options));
  }

  /** When nothing is being decoded any more. */
  idle(): Promise<void> {
    return this.#turns.idle();
  }

  #inTurn<Value>(signal: AbortSignal, work: () => Promise<Value>): Promise<Value> {
    return this.#turns.take(async () => {
      try {
        return await work();
      } catch (error) {
        signal.throwIfAborted();
        const told = errorOfSharp(error);
        if (told instanceof IntermodalError)
          this.#log.info({ code: told.code, cause: String(told.cause) }, 'picture refused');
        throw told;
      }
    }, signal);
  }

  async #picture(path: string, signal: AbortSignal): Promise<Sharp> {
    const sniffed = await sniffPicture(path);
    if ('other' in sniffed) throw errorOfOther(sniffed.other);
    if (sniffed.format !== 'bmp') return (await this.#header(path, sniffed.format)).picture;
    bmpSize(sniffed.head);
    return (await this.#header(await bmpToPng(path, signal), 'png')).picture;
  }

  /** What the header says is checked before anything is decoded. */
  async #header(input: string | Buffer, format: PictureFormat): Promise<Opened> {
    const picture = this.#open(input, format);
    const metadata = await picture.metadata();
    // Only of the first frame: sharp decodes no other.
    if (metadata.width <= 0 || metadata.height <= 0) throw pictureUnreadable('its header gives it no size');
    if (metadata.width * metadata.height > MEDIA_LIMITS.picturePixels) throw pictureTooLarge();
    return { picture, metadata };
  }
}

/** Upright, on white, in 8-bit sRGB of three channels, and no larger than asked. */
function plain(picture: Sharp, maxEdge: number | undefined): Sharp {
  const upright = picture.autoOrient().flatten({ background: '#ffffff' }).toColourspace('srgb').removeAlpha();
  if (maxEdge === undefined) return upright;
  return upright.resize({ width: maxEdge, height: maxEdge, fit: 'inside', withoutEnlargement: true });
}

async function writePng(picture: Sharp, to: string, { signal }: { signal: AbortSignal }): Promise<void> {
  try {
    // Not by sharp itself: whether the picture or the disk is at fault could not be told.
    await writeFile(to, await picture.png({ compressionLevel: 3 }).toBuffer(), { signal });
  } catch (error) {
    await rm(to, { force: true });
    throw error;
  }
}
