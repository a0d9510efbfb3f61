import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inScratch, runProgram } from './programs.ts';

/** 16-bit samples of one channel. */
export interface Sound {
  readonly rate: number;
  readonly samples: Buffer;
}

/** Has flite's voice `slt` read each sentence: a real voice's pauses and rate, without a file to ship. */
export const speak = (sentences: readonly string[], signal: AbortSignal): Promise<Sound[]> =>
  inScratch(async (folder) => {
    const sounds: Sound[] = [];
    for (const [i, sentence] of sentences.entries()) {
      const file = join(folder, `${i}.wav`);
      await runProgram('flite', ['-voice', 'slt', '-t', sentence, '-o', file], signal);
      sounds.push(readWav(await readFile(file)));
    }
    return sounds;
  });

export const secondsOf = ({ rate, samples }: Sound): number => samples.length / 2 / rate;

export const silence = (seconds: number, rate: number): Sound => ({
  rate,
  samples: Buffer.alloc(2 * Math.round(seconds * rate)),
});

/** flite writes the canonical form: 44 bytes of header. */
const readWav = (file: Buffer): Sound => ({ rate: file.readUInt32LE(24), samples: file.subarray(44) });

/** One after the other, as a WAV file; all of one rate. */
export function wav(sounds: readonly Sound[]): Buffer {
  const samples = Buffer.concat(sounds.map((sound) => sound.samples));
  const rate = sounds[0]?.rate ?? 16_000;
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(2 * rate, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}
