import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { IntermodalError } from '@intermodal/contracts';
import {
  WAV_HEADER_BYTES,
  speechWavLayout,
  wavBlocks,
  wavHeader,
  type EngineContext,
  type Recognition,
  type SpeechRecogniser,
  type WavLayout,
} from '@intermodal/models';
import { KeptProgram } from '../programs/kept-program.ts';
import { allOrNone } from '../programs/process-group.ts';
import { parseLog } from './parse-log.ts';

export const ENGLISH_FOLDER = '/usr/share/pocketsphinx/model/en-us';

/** Below this peak (-60 dB of full scale) nothing was said: the decoder would hear a word in digital silence. */
const SILENT_PEAK = 33;
const BLOCK_SAMPLES = 262_144;

/**
 * Decoders that keep their model loaded: loading takes 0.4 s, as long as a short sentence. pocketsphinx_batch reads the names
 * of utterances from a list line by line and logs each result at once; the list is a pipe here, so that it never ends.
 */
export class PocketsphinxRecogniser implements SpeechRecogniser {
  readonly #folder: string;
  readonly #decoders: KeptProgram<Recognition>[] = [];
  readonly #most: number;
  #utterances = 0;

  /** Opens nothing but a folder; decoders start when they are needed. */
  static async open(context: EngineContext): Promise<PocketsphinxRecogniser> {
    const folder = await mkdtemp(join(tmpdir(), 'intermodal-pocketsphinx-'));
    return new PocketsphinxRecogniser(
      folder,
      Math.max(1, Math.floor(availableParallelism() / context.threads)),
    );
  }

  private constructor(folder: string, most: number) {
    this.#folder = folder;
    this.#most = most;
  }

  async transcribe(path: string, options: { language: string; signal: AbortSignal }): Promise<Recognition> {
    if (!/^en(-|$)/i.test(options.language)) {
      throw new IntermodalError(
        'language.unsupported',
        `Speech is recognised in English (en) here, and not in '${options.language}'.`,
      );
    }
    const layout = await speechWavLayout(path);
    if (await isSilent(path, options.signal)) return { text: '', words: [] };
    // The list separates fields by spaces, so the decoder gets a name of ours and never the path of the file.
    const name = `utterance-${++this.#utterances}`;
    const link = join(this.#folder, `${name}.wav`);
    await present(path, layout, link, options.signal);
    try {
      return await this.#free().ask(`${name}\n`, options.signal);
    } finally {
      await rm(link, { force: true });
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#decoders.map((decoder) => decoder.close()));
    await rm(this.#folder, { recursive: true, force: true });
  }

  #free(): KeptProgram<Recognition> {
    const least = this.#decoders.toSorted((a, b) => a.load - b.load)[0];
    if (least && (least.load === 0 || this.#decoders.length >= this.#most)) return least;
    const decoder = new KeptProgram({
      name: 'the speech recogniser pocketsphinx',
      // Node's pipes are sockets, which cannot be opened by name: cat makes a real one.
      script: allOrNone(['cat', '"$@"']),
      args: decoderCommand(this.#folder),
      listenTo: 'stderr',
      parse: parseLog,
    });
    this.#decoders.push(decoder);
    return decoder;
  }
}

const decoderCommand = (folder: string): string[] => [
  'pocketsphinx_batch',
  ...['-ctl', '/dev/stdin', '-cepdir', folder, '-cepext', '.wav'],
  ...['-adcin', 'yes', '-adchdr', String(WAV_HEADER_BYTES)],
  ...['-hmm', `${ENGLISH_FOLDER}/en-us`, '-lm', `${ENGLISH_FOLDER}/en-us.lm.bin`],
  ...['-dict', `${ENGLISH_FOLDER}/cmudict-en-us.dict`],
  // Removed silence would shift the times of all words behind it.
  ...['-remove_silence', 'no', '-backtrace', 'yes', '-hyp', '/dev/null'],
];

async function isSilent(path: string, signal: AbortSignal): Promise<boolean> {
  for await (const block of wavBlocks(path, { blockSamples: BLOCK_SAMPLES, signal })) {
    if (block.some((sample) => Math.abs(sample) > SILENT_PEAK)) return false;
  }
  return true;
}

/** A plain 44-byte header is what the decoder skips; a file with another is copied. */
async function present(path: string, layout: WavLayout, link: string, signal: AbortSignal): Promise<void> {
  if (layout.dataOffset === WAV_HEADER_BYTES) return symlink(resolve(path), link);
  const parts: Uint8Array[] = [wavHeader(layout)];
  for await (const block of wavBlocks(path, { blockSamples: BLOCK_SAMPLES, signal })) {
    parts.push(new Uint8Array(block.buffer, block.byteOffset, block.byteLength));
  }
  await writeFile(link, Buffer.concat(parts));
}
