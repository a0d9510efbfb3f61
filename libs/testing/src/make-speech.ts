import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseWavHeader } from '@intermodal/models';
import { writeSamples } from './make-wav.ts';

/**
 * Writes English speech as 16 kHz mono WAV, by the program flite (Debian package `flite`). Recognisers understand its voice
 * slt; they do not understand espeak-ng.
 * @param options.pauseMs silence before, between and after the sentences
 */
export async function makeSpeech(
  path: string,
  sentences: readonly string[],
  options: { pauseMs: number },
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'intermodal-flite-'));
  try {
    const pause = new Int16Array((options.pauseMs * 16_000) / 1000);
    const parts: Int16Array[] = [pause];
    for (const [i, sentence] of sentences.entries()) {
      const spoken = join(folder, `${i}.wav`);
      await promisify(execFile)('flite', ['-voice', 'slt', '-t', sentence, '-o', spoken]);
      parts.push(samplesOf(await readFile(spoken)), pause);
    }
    await writeSamples(path, Int16Array.from(parts.flatMap((part) => [...part])));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function samplesOf(bytes: Buffer): Int16Array {
  const { sampleRate, dataOffset, dataBytes } = parseWavHeader(bytes, bytes.length);
  if (sampleRate !== 16_000) throw new Error(`flite's voice slt speaks at ${sampleRate} Hz, not at 16000.`);
  return new Int16Array(
    bytes.buffer.slice(bytes.byteOffset + dataOffset, bytes.byteOffset + dataOffset + dataBytes),
  );
}
