import { IntermodalError } from '@intermodal/contracts';
import { parseWavHeader, wavHeader } from '@intermodal/models';

/**
 * A mono 16-bit WAV file with a plain header, of one that was streamed: then nobody knew its length when the header was sent, and
 * it says 0, or more than there is.
 * @returns undefined when it is anything else
 */
export function plainWav(received: Buffer): Buffer | undefined {
  const bytes = withLength(received);
  try {
    const { sampleRate, channels, dataOffset, dataBytes } = parseWavHeader(bytes, bytes.length);
    if (channels !== 1 || dataBytes === 0) return undefined;
    const header = wavHeader({ sampleRate, channels, dataBytes });
    return Buffer.concat([header, bytes.subarray(dataOffset, dataOffset + dataBytes)]);
  } catch (error) {
    if (error instanceof IntermodalError) return undefined;
    throw error;
  }
}

function withLength(received: Buffer): Buffer {
  for (let at = 12; at + 8 <= received.length;) {
    const bytes = received.readUInt32LE(at + 4);
    const there = received.length - at - 8;
    if (received.toString('latin1', at, at + 4) === 'data') {
      // Only a stream says that it is nearly endless: any other file that is too short was cut off.
      if (bytes !== 0 && bytes < 0x7fff_0000) return received;
      const mended = Buffer.from(received);
      mended.writeUInt32LE(there, at + 4);
      return mended;
    }
    at += 8 + bytes + (bytes % 2);
  }
  return received;
}
