import { open } from 'node:fs/promises';
import { sniffBytes } from '../sniff.ts';

export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'bmp';

/** What a file is by its first bytes: a picture that we read, something that we can name, or anything else. */
export type SniffedPicture =
  | { readonly format: PictureFormat; readonly head: Buffer }
  | { readonly other: 'empty' | 'text' | 'svg' | 'pdf' | 'heif' | 'unknown' };

const HEAD_BYTES = 4096;

export async function sniffPicture(path: string): Promise<SniffedPicture> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return sniffPictureBytes(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

export function sniffPictureBytes(head: Buffer): SniffedPicture {
  const latin = head.toString('latin1');
  const known = SIGNATURES.find(([, signature]) => signature.test(latin));
  if (known) return { format: known[0], head };
  if (/^....ftyp(heic|heix|hevc|mif1|msf1|avif|avis)/s.test(latin)) return { other: 'heif' };
  const seems = sniffBytes(head);
  if ((seems === 'text' || seems === 'playlist') && /<svg[\s>]/i.test(latin)) return { other: 'svg' };
  if (seems === 'empty' || seems === 'pdf') return { other: seems };
  return { other: seems === 'text' || seems === 'playlist' ? 'text' : 'unknown' };
}

const SIGNATURES: readonly (readonly [PictureFormat, RegExp])[] = [
  ['jpeg', /^\u00ff\u00d8\u00ff/],
  ['png', /^\u0089PNG\r\n/],
  ['gif', /^GIF8[79]a/],
  ['webp', /^RIFF....WEBP/s],
  // The last two are BigTIFF.
  ['tiff', /^(II\*\0|MM\0\*|II\+\0|MM\0\+)/],
  // A letter may begin with `BM` too, but has no zeros where a BMP says how long its header is.
  ['bmp', /^BM.{12}[^\0]\0\0\0/s],
];
