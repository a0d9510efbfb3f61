import { open, type FileHandle } from 'node:fs/promises';
import { IntermodalError } from '@intermodal/contracts';
import {
  WAV_HEADER_BYTES,
  readWavLayout,
  wavBlocks,
  wavHeader,
  type PlacedAudio,
  type WavLayout,
} from '@intermodal/models';
import { MEDIA_LIMITS } from './limits.ts';
import { tooLong } from './media-error.ts';

const BLOCK_SAMPLES = 262_144;

export interface Joined {
  readonly placed: readonly { readonly startMs: number; readonly endMs: number }[];
  readonly durationMs: number;
}

/** Joins mono WAV files of one sample rate, with silence where nothing stands. Whole files are never in memory. */
export async function joinWav(
  pieces: readonly PlacedAudio[],
  to: string,
  options: { signal: AbortSignal },
): Promise<Joined> {
  const layouts = await Promise.all(pieces.map((piece) => readWavLayout(piece.path)));
  const sampleRate = theOneRate(layouts);
  const places = place(pieces, layouts, sampleRate);
  const endSample = places.at(-1)?.endSample ?? 0;
  if ((endSample / sampleRate) * 1000 > MEDIA_LIMITS.audioMs) throw tooLong();
  const file = await open(to, 'w');
  try {
    await file.write(wavHeader({ sampleRate, channels: 1, dataBytes: endSample * 2 }));
    for (const [i, { startSample }] of places.entries()) {
      await writeSilence(file, startSample - (places[i - 1]?.endSample ?? 0), options.signal);
      for await (const block of wavBlocks(pieces[i]!.path, { blockSamples: BLOCK_SAMPLES, ...options })) {
        await file.write(new Uint8Array(block.buffer, block.byteOffset, block.byteLength));
      }
    }
    const { size } = await file.stat();
    if (size !== WAV_HEADER_BYTES + endSample * 2)
      throw new Error('A piece changed while it was being joined.');
  } finally {
    await file.close();
  }
  const ms = (sample: number) => Math.round((sample / sampleRate) * 1000);
  return {
    placed: places.map((it) => ({ startMs: ms(it.startSample), endMs: ms(it.endSample) })),
    durationMs: ms(endSample),
  };
}

function theOneRate(layouts: readonly WavLayout[]): number {
  const kinds = new Set(layouts.map((it) => `${it.sampleRate} Hz, ${it.channels} channel(s)`));
  const [first] = layouts;
  if (first && kinds.size === 1 && first.channels === 1) return first.sampleRate;
  throw new IntermodalError(
    'media.unsupported',
    `Pieces are joined when all are mono and of one sample rate, but there are: ${[...kinds].join('; ') || 'none'}.`,
  );
}

/** A piece begins at its startMs, or when the one before it ends, whichever is later. */
function place(pieces: readonly PlacedAudio[], layouts: readonly WavLayout[], sampleRate: number) {
  let free = 0;
  return pieces.map((piece, i) => {
    const startSample = Math.max(free, Math.round((piece.startMs / 1000) * sampleRate));
    free = startSample + layouts[i]!.dataBytes / 2;
    return { startSample, endSample: free };
  });
}

async function writeSilence(file: FileHandle, samples: number, signal: AbortSignal): Promise<void> {
  for (let left = samples; left > 0; left -= BLOCK_SAMPLES) {
    signal.throwIfAborted();
    await file.write(new Uint8Array(Math.min(left, BLOCK_SAMPLES) * 2));
  }
}
