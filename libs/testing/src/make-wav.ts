import { writeFile } from 'node:fs/promises';
import { wavHeader } from '@intermodal/models';

/** One stretch of made sound; `level` is its peak, 0..1. */
export interface Sound {
  readonly kind: 'silence' | 'tone' | 'noise' | 'syllables';
  readonly ms: number;
  readonly level?: number;
  /** Of a tone; 440 when left out. */
  readonly hertz?: number;
}

/** Writes a mono 16-bit WAV file made of stretches of sound, the same one every time. */
export async function writeSounds(
  path: string,
  sounds: readonly Sound[],
  sampleRate = 16_000,
): Promise<void> {
  await writeSamples(
    path,
    Int16Array.from(sounds.flatMap((sound) => [...samplesOf(sound, sampleRate)])),
    sampleRate,
  );
}

/** Writes mono 16-bit samples as a WAV file. */
export async function writeSamples(path: string, samples: Int16Array, sampleRate = 16_000): Promise<void> {
  const header = wavHeader({ sampleRate, channels: 1, dataBytes: samples.byteLength });
  await writeFile(
    path,
    Buffer.concat([header, new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)]),
  );
}

function samplesOf({ kind, ms, level = 0.3, hertz = 440 }: Sound, sampleRate: number): Int16Array {
  const random = seeded(42);
  return Int16Array.from({ length: Math.round((ms / 1000) * sampleRate) }, (_, i) => {
    const seconds = i / sampleRate;
    return Math.round(32_767 * level * WAVES[kind](seconds, { random, hertz }));
  });
}

/** A buzz that swells and falls four times a second is to an energy detector what speech is. */
const WAVES: Record<
  Sound['kind'],
  (seconds: number, how: { random: () => number; hertz: number }) => number
> = {
  silence: () => 0,
  tone: (seconds, { hertz }) => Math.sin(2 * Math.PI * hertz * seconds),
  noise: (_, { random }) => random() * 2 - 1,
  syllables: (seconds) => Math.sin(Math.PI * 4 * seconds) ** 2 * (((seconds * 120) % 1) * 2 - 1),
};

/** Park and Miller's generator ("Random number generators: good ones are hard to find", 1988). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
