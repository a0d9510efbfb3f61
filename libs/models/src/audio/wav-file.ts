import { open } from 'node:fs/promises';
import { IntermodalError } from '@intermodal/contracts';
import { parseWavHeader, type WavLayout } from './wav-header.ts';

/** Speech models take 16 kHz mono; `media.extract-audio` makes it. */
export const SPEECH_SAMPLE_RATE = 16_000;
const HEAD_BYTES = 65_536;

/** The header of a 16-bit PCM WAV file. @throws IntermodalError `media.unreadable`, `media.unsupported` */
export async function readWavLayout(path: string): Promise<WavLayout> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return parseWavHeader(buffer.subarray(0, bytesRead), size);
  } finally {
    await file.close();
  }
}

export const durationMsOf = (layout: WavLayout): number =>
  Math.round((layout.dataBytes / 2 / layout.channels / layout.sampleRate) * 1000);

/** True for what speech engines take as it is: 16 kHz mono 16-bit PCM. */
export const isSpeechWav = (path: string): Promise<boolean> => isMonoWav(path, SPEECH_SAMPLE_RATE);

/** True for mono 16-bit PCM of one rate, Hz. */
export async function isMonoWav(path: string, sampleRate: number): Promise<boolean> {
  try {
    const layout = await readWavLayout(path);
    return layout.channels === 1 && layout.sampleRate === sampleRate;
  } catch (error) {
    if (error instanceof IntermodalError) return false;
    throw error;
  }
}

/**
 * The layout of a 16 kHz mono WAV file.
 * @throws IntermodalError `media.unreadable`, `media.unsupported` for any other
 */
export async function speechWavLayout(path: string): Promise<WavLayout> {
  const layout = await readWavLayout(path);
  if (layout.channels === 1 && layout.sampleRate === SPEECH_SAMPLE_RATE) return layout;
  throw new IntermodalError(
    'media.unsupported',
    `Speech is read from 16000 Hz mono, but this file has ${layout.sampleRate} Hz and ${layout.channels} channel(s): ` +
      'convert it with media.extract-audio.',
  );
}

/**
 * The samples of a mono 16-bit WAV file, in blocks, so that four hours never stand in memory at once.
 * @yields blocks of `blockSamples`; the last may be shorter
 */
export async function* wavBlocks(
  path: string,
  options: { blockSamples: number; signal: AbortSignal },
): AsyncGenerator<Int16Array> {
  const layout = await readWavLayout(path);
  const file = await open(path);
  try {
    const end = layout.dataOffset + layout.dataBytes;
    for (let at = layout.dataOffset; at < end;) {
      options.signal.throwIfAborted();
      const bytes = Math.min(options.blockSamples * 2, end - at);
      const samples = new Int16Array(bytes / 2);
      const { bytesRead } = await file.read(new Uint8Array(samples.buffer), 0, bytes, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield bytesRead === bytes ? samples : samples.subarray(0, bytesRead >> 1);
    }
  } finally {
    await file.close();
  }
}
