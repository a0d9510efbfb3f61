/** How many of the first bytes are looked at. */
export const SNIFFED_BYTES = 64;

interface Signature {
  readonly mediaType: string;
  readonly at: number;
  readonly text: string;
  /** A second mark, for containers. */
  readonly then?: { readonly at: number; readonly text: string };
}

/** In the order of trying; texts are Latin-1. */
const SIGNATURES: readonly Signature[] = [
  { mediaType: 'audio/wav', at: 0, text: 'RIFF', then: { at: 8, text: 'WAVE' } },
  { mediaType: 'audio/wav', at: 0, text: 'RF64', then: { at: 8, text: 'WAVE' } },
  { mediaType: 'image/webp', at: 0, text: 'RIFF', then: { at: 8, text: 'WEBP' } },
  { mediaType: 'video/x-msvideo', at: 0, text: 'RIFF', then: { at: 8, text: 'AVI ' } },
  { mediaType: 'audio/aiff', at: 0, text: 'FORM', then: { at: 8, text: 'AIF' } },
  { mediaType: 'audio/mpeg', at: 0, text: 'ID3' },
  { mediaType: 'audio/mpeg', at: 0, text: '\xff\xfb' },
  { mediaType: 'audio/mpeg', at: 0, text: '\xff\xf3' },
  { mediaType: 'audio/mpeg', at: 0, text: '\xff\xf2' },
  { mediaType: 'audio/aac', at: 0, text: '\xff\xf1' },
  { mediaType: 'audio/aac', at: 0, text: '\xff\xf9' },
  { mediaType: 'audio/flac', at: 0, text: 'fLaC' },
  { mediaType: 'video/ogg', at: 0, text: 'OggS', then: { at: 29, text: 'theora' } },
  { mediaType: 'audio/ogg', at: 0, text: 'OggS' },
  { mediaType: 'audio/mp4', at: 4, text: 'ftyp', then: { at: 8, text: 'M4A' } },
  { mediaType: 'video/quicktime', at: 4, text: 'ftyp', then: { at: 8, text: 'qt' } },
  { mediaType: 'image/heic', at: 4, text: 'ftyp', then: { at: 8, text: 'heic' } },
  { mediaType: 'image/avif', at: 4, text: 'ftyp', then: { at: 8, text: 'avif' } },
  { mediaType: 'video/mp4', at: 4, text: 'ftyp' },
  { mediaType: 'video/webm', at: 0, text: '\x1a\x45\xdf\xa3', then: { at: 24, text: 'webm' } },
  { mediaType: 'video/webm', at: 0, text: '\x1a\x45\xdf\xa3', then: { at: 31, text: 'webm' } },
  { mediaType: 'video/x-matroska', at: 0, text: '\x1a\x45\xdf\xa3' },
  { mediaType: 'image/png', at: 0, text: '\x89PNG\r\n\x1a\n' },
  { mediaType: 'image/jpeg', at: 0, text: '\xff\xd8\xff' },
  { mediaType: 'image/gif', at: 0, text: 'GIF8' },
  { mediaType: 'image/tiff', at: 0, text: 'II*\0' },
  { mediaType: 'image/tiff', at: 0, text: 'MM\0*' },
  // Two letters alone begin many a text: behind the size of the file stand four bytes that are 0.
  { mediaType: 'image/bmp', at: 0, text: 'BM', then: { at: 6, text: '\0\0\0\0' } },
  { mediaType: 'application/pdf', at: 0, text: '%PDF-' },
];

const UNKNOWN = 'application/octet-stream';

/** Names that mean the same; the right-hand side is the one we keep. */
const ALIASES: Readonly<Record<string, string>> = {
  'audio/x-wav': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/vnd.wave': 'audio/wav',
  'audio/x-pn-wav': 'audio/wav',
  'audio/mp3': 'audio/mpeg',
  'audio/x-flac': 'audio/flac',
  'audio/x-m4a': 'audio/mp4',
  'image/jpg': 'image/jpeg',
  'image/x-ms-bmp': 'image/bmp',
};

/**
 * What the sender says a file is; when they say nothing, what its first bytes look like. This names the file, it does not
 * vouch for it: whether it can be decoded is found out by the stage that decodes it.
 */
export function mediaTypeOf(declared: string, head: Uint8Array): string {
  const plain = declared.split(';')[0]!.trim().toLowerCase();
  if (/^[a-z]+\/[a-z0-9.+-]+$/.test(plain) && plain !== UNKNOWN && !FORM_TYPES.has(plain))
    return ALIASES[plain] ?? plain;
  const text = Buffer.from(head).toString('latin1');
  const is = ({ at, text: mark }: { at: number; text: string }) => text.startsWith(mark, at);
  return SIGNATURES.find((one) => is(one) && (!one.then || is(one.then)))?.mediaType ?? UNKNOWN;
}

/** What curl sends by itself with --data-binary. */
const FORM_TYPES = new Set(['application/x-www-form-urlencoded']);
