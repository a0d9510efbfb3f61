import { IntermodalError } from '@intermodal/contracts';

/** Where the samples of a 16-bit PCM WAV file stand. */
export interface WavLayout {
  readonly sampleRate: number;
  readonly channels: number;
  /** First byte of the samples. */
  readonly dataOffset: number;
  readonly dataBytes: number;
}

export const WAV_HEADER_BYTES = 44;
const PCM = 1;
const EXTENSIBLE = 0xfffe;

/** The plain 44-byte header of 16-bit PCM. Format: "Multimedia Programming Interface and Data Specifications 1.0". */
export function wavHeader(format: { sampleRate: number; channels: number; dataBytes: number }): Uint8Array {
  const header = new DataView(new ArrayBuffer(WAV_HEADER_BYTES));
  const text = (offset: number, value: string) =>
    [...value].forEach((character, i) => header.setUint8(offset + i, character.charCodeAt(0)));
  const frameBytes = format.channels * 2;
  text(0, 'RIFF');
  header.setUint32(4, 36 + format.dataBytes, true);
  text(8, 'WAVEfmt ');
  header.setUint32(16, 16, true);
  header.setUint16(20, PCM, true);
  header.setUint16(22, format.channels, true);
  header.setUint32(24, format.sampleRate, true);
  header.setUint32(28, format.sampleRate * frameBytes, true);
  header.setUint16(32, frameBytes, true);
  header.setUint16(34, 16, true);
  text(36, 'data');
  header.setUint32(40, format.dataBytes, true);
  return new Uint8Array(header.buffer);
}

/**
 * Reads the header of a 16-bit PCM WAV file. Strict: what it accepts, every engine can read.
 * @param head the first bytes of the file, up to 64 KiB are looked at
 * @param fileBytes length of the whole file
 * @throws IntermodalError `media.unreadable`, `media.unsupported`
 */
export function parseWavHeader(head: Uint8Array, fileBytes: number): WavLayout {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const text = (offset: number) => String.fromCharCode(...head.subarray(offset, offset + 4));
  if (head.byteLength < 12 || text(0) !== 'RIFF' || text(8) !== 'WAVE') {
    throw unreadable('it does not begin like a WAV file');
  }
  let format: Omit<WavLayout, 'dataOffset' | 'dataBytes'> | undefined;
  for (let at = 12; at + 8 <= head.byteLength;) {
    const id = text(at);
    const bytes = view.getUint32(at + 4, true);
    const begin = at + 8;
    if (id === 'fmt ' && begin + 16 <= head.byteLength) format = parseFormat(view, begin, bytes);
    if (id === 'data') {
      if (!format) throw unreadable('its samples come before their format');
      if (begin + bytes > fileBytes) throw unreadable('it ends before the length that it declares');
      const frameBytes = format.channels * 2;
      return { ...format, dataOffset: begin, dataBytes: bytes - (bytes % frameBytes) };
    }
    at = begin + bytes + (bytes % 2);
  }
  throw unreadable('it holds no samples');
}

function parseFormat(view: DataView, at: number, bytes: number) {
  const code = view.getUint16(at, true);
  // An extensible header names the real code in the first two bytes of its sub-format.
  const real =
    code === EXTENSIBLE && bytes >= 26 && at + 26 <= view.byteLength ? view.getUint16(at + 24, true) : code;
  const channels = view.getUint16(at + 2, true);
  const sampleRate = view.getUint32(at + 4, true);
  const bits = view.getUint16(at + 14, true);
  if (real !== PCM || bits !== 16) {
    throw new IntermodalError(
      'media.unsupported',
      'The WAV file holds other samples than 16-bit PCM: convert it with media.extract-audio.',
    );
  }
  if (channels === 0 || sampleRate === 0) throw unreadable('its channels or sample rate are 0');
  return { channels, sampleRate };
}

const unreadable = (why: string) =>
  new IntermodalError(
    'media.unreadable',
    `The WAV file cannot be read, because ${why}: send the whole original file.`,
  );
