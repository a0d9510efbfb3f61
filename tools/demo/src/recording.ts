import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const SENTENCES = [
  'The weather is very nice today.',
  'Where is the train station?',
  'I would like to buy two tickets.',
  'Thank you very much.',
];
const PAUSE_SECONDS = 0.8;

/** Makes a short recording with flite's voice `slt`: a real voice's pauses and rate, without a file to ship. */
export async function makeRecording(path: string, signal: AbortSignal): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'intermodal-recording-'));
  try {
    const pieces: Buffer[] = [];
    let rate = 16_000;
    for (const [i, sentence] of SENTENCES.entries()) {
      const file = join(folder, `${i}.wav`);
      await run('flite', ['-voice', 'slt', '-t', sentence, '-o', file], { signal });
      const sound = readWav(await readFile(file));
      rate = sound.rate;
      pieces.push(silence(rate), sound.samples);
    }
    pieces.push(silence(rate));
    await writeFile(path, wav(Buffer.concat(pieces), rate));
    return SENTENCES;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(
      'flite is not installed, so there is no recording: install it, or give one with --audio.',
      {
        cause: error,
      },
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

const silence = (rate: number): Buffer => Buffer.alloc(2 * Math.round(PAUSE_SECONDS * rate));

/** flite writes the canonical form: 44 bytes of header, then 16-bit samples of one channel. */
const readWav = (file: Buffer): { rate: number; samples: Buffer } => ({
  rate: file.readUInt32LE(24),
  samples: file.subarray(44),
});

function wav(samples: Buffer, rate: number): Buffer {
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
