import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { wordErrors } from '@intermodal/cli';
import { sharedFolder, writeSamples } from '@intermodal/testing';
import { exactRecordings, type Recording } from './recordings.ts';
import { toMarkdown, type Measured } from './report.ts';
import { SpeechChain } from './speech-chain.ts';
import { wordsOf } from './words-of.ts';

/**
 * Measures how well speech is recognised, by the shipped stages and engines, with each detector, and writes
 * docs/measured/word-error-rates.md:
 *
 *   npx tsc -b && node tools/word-error-rate/dist/main.js
 */
const DETECTORS = ['energy-gate', 'silero-vad'] as const;

const shared = sharedFolder();
if (shared === undefined) {
  console.error('There is no ../shared beside the repository, so there is nothing to measure.');
  process.exitCode = 1;
} else {
  await measure(shared);
}

async function measure(folder: string): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'intermodal-wer-'));
  try {
    const recordings = await Promise.all((await exactRecordings(folder)).map((it) => asFile(it, work)));
    const columns: Record<string, Measured[]> = {};
    for (const detector of DETECTORS) {
      await using chain = await SpeechChain.open({
        modelFolder: join(work, 'models'),
        mirror: join(folder, 'models'),
        preferences: { SpeechDetector: [detector] },
      });
      columns[detector] = [];
      for (const recording of recordings) columns[detector].push(await measureOne(chain, recording));
    }
    const target = resolve(import.meta.dirname, '../../../docs/measured/word-error-rates.md');
    await mkdir(resolve(target, '..'), { recursive: true });
    await writeFile(target, toMarkdown(columns));
    console.log(await readFile(target, 'utf8'));
  } finally {
    await rm(work, { recursive: true });
  }
}

/** Samples without a header are wrapped: a file does not say what they are. */
async function asFile(recording: Recording, work: string): Promise<Recording> {
  if (!recording.name.endsWith('.raw')) return recording;
  const bytes = await readFile(recording.path);
  const path = join(work, `${recording.name}.wav`);
  await writeSamples(
    path,
    new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)),
  );
  return { ...recording, path };
}

async function measureOne(chain: SpeechChain, recording: Recording): Promise<Measured> {
  const begun = performance.now();
  const heard = await chain.hear(recording.path);
  const tookMs = performance.now() - begun;
  await chain.clean();
  const text = heard.map((it) => it.text).join(' ');
  const said = wordsOf(recording.said);
  const errors = wordErrors(said, wordsOf(text));
  return { name: recording.name, words: said.length, errors, segments: heard.length, heard: text, tookMs };
}
