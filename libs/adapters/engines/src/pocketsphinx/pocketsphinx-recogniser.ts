import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { IntermodalError } from '@intermodal/contracts';
import {
  WAV_HEADER_BYTES,
  speechWavLayout,
  wavBlocks,
  wavHeader,
  type EngineContext,
  type RecogniseOptions,
  type Recognition,
  type SpeechRecogniser,
  type WavLayout,
} from '@intermodal/models';
import { KeptProgram } from '../programs/kept-program.ts';
import { allOrNone } from '../programs/all-or-none.ts';
import { isSilent } from '../silence.ts';
import { parseLog } from './parse-log.ts';

export const ENGLISH_FOLDER = '/usr/share/pocketsphinx/model/en-us';

/** Utterances are named by their path from here. */
const ROOT = '/';
const BLOCK_SAMPLES = 262_144;

/**
 * Decoders that keep their model loaded: loading takes 0.4 s, as long as a short sentence. pocketsphinx_batch reads the names
 * of utterances from a list line by line and logs each result at once; the list is a pipe here, so that it never ends.
 */
export class PocketsphinxRecogniser implements SpeechRecogniser {
  readonly #decoders: KeptProgram<Recognition>[] = [];
  readonly #most: number;

  /** Starts nothing: decoders start when they are needed. */
  constructor(context: Pick<EngineContext, 'threads'>) {
    this.#most = Math.max(1, Math.floor(availableParallelism() / context.threads));
  }

  async transcribe(path: string, options: RecogniseOptions): Promise<Recognition> {
    const { language } = options;
    if (language === null)
      throw new IntermodalError(
        'language.unsupported',
        'Which language is spoken cannot be found out here, where speech is recognised in English (en) only: name the language.',
      );
    if (!/^en(-|$)/i.test(language)) {
      throw new IntermodalError(
        'language.unsupported',
        `Speech is recognised in English (en) here, and not in '${language}'.`,
      );
    }
    const layout = await speechWavLayout(path);
    if (await isSilent(path, options.signal)) return { text: '', words: [] };
    const plain = resolve(path);
    // The list separates fields by spaces, and the decoder skips a plain header of 44 bytes and no other.
    if (/^\S+$/.test(plain) && layout.dataOffset === WAV_HEADER_BYTES)
      return this.#decode(plain, options.signal);
    const folder = await mkdtemp(join(tmpdir(), 'intermodal-pocketsphinx-'));
    try {
      const copy = join(folder, 'speech.wav');
      await writePlain(path, layout, copy, options.signal);
      return await this.#decode(copy, options.signal);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#decoders.map((decoder) => decoder.close()));
  }

  #decode(path: string, signal: AbortSignal): Promise<Recognition> {
    return this.#free().ask(`${path.slice(ROOT.length)}\n`, signal);
  }

  #free(): KeptProgram<Recognition> {
    const least = this.#decoders.toSorted((a, b) => a.load - b.load)[0];
    if (least && (least.load === 0 || this.#decoders.length >= this.#most)) return least;
    const decoder = new KeptProgram({
      name: 'the speech recogniser pocketsphinx',
      // Node's pipes are sockets, which cannot be opened by name: cat makes a real one.
      script: allOrNone(['cat', '"$@"']),
      args: DECODER,
      listenTo: 'stderr',
      parse: parseLog,
    });
    this.#decoders.push(decoder);
    return decoder;
  }
}

const DECODER: readonly string[] = [
  'pocketsphinx_batch',
  ...['-ctl', '/dev/stdin', '-cepdir', ROOT, '-cepext', ''],
  ...['-adcin', 'yes', '-adchdr', String(WAV_HEADER_BYTES)],
  ...['-hmm', `${ENGLISH_FOLDER}/en-us`, '-lm', `${ENGLISH_FOLDER}/en-us.lm.bin`],
  ...['-dict', `${ENGLISH_FOLDER}/cmudict-en-us.dict`],
  // Removed silence would shift the times of all words behind it.
  ...['-remove_silence', 'no', '-backtrace', 'yes', '-hyp', '/dev/null'],
];

async function writePlain(path: string, layout: WavLayout, to: string, signal: AbortSignal): Promise<void> {
  const parts: Uint8Array[] = [wavHeader(layout)];
  for await (const block of wavBlocks(path, { blockSamples: BLOCK_SAMPLES, signal })) {
    parts.push(new Uint8Array(block.buffer, block.byteOffset, block.byteLength));
  }
  await writeFile(to, Buffer.concat(parts));
}
