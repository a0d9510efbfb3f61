import { open, rm, stat, type FileHandle } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { IntermodalError } from '@intermodal/contracts';
import type { Model, ModelFile } from '@intermodal/models';
import { claimPartial, releasePartial } from './partial-file.ts';
import { Refused, type OpenedFile, type Place } from './place.ts';
import { mayChange } from './places.ts';
import { settle } from './put-file.ts';
import { RECORD, recordOnce } from './recorded-hash.ts';
import { corrupt, sha256Of } from './verify-file.ts';

/** Tries after a connection broke, beside those that brought something. */
const BARREN_TRIES = 3;
/** Before the first of these; twice as long before each further one. */
export const PAUSE_MS = 500;

export interface PullProgress {
  readonly model: string;
  readonly file: string;
  readonly bytes: number;
  /** Undefined while neither the catalogue nor the source says. */
  readonly ofBytes: number | undefined;
}

export interface PullOptions {
  readonly pauseMs: number;
  readonly onProgress?: ((progress: PullProgress) => void) | undefined;
  readonly signal: AbortSignal;
}

/** One file that is to be fetched, and what is known of it. */
export interface Wanted {
  readonly model: Model;
  readonly file: ModelFile;
  /** Undefined where this is the first pull: what comes is recorded. */
  readonly sha256: string | undefined;
  readonly bytes: number | undefined;
  readonly to: string;
  /** Tried in this order. */
  readonly places: readonly { readonly place: Place; readonly path: string }[];
}

/**
 * Streams one file to its name, from the first place that has it; goes on where an earlier pull, or a connection, broke
 * off. @returns its path
 */
export async function pullFile(wanted: Wanted, options: PullOptions): Promise<string> {
  const { model, file, to } = wanted;
  const partial = await claimPartial(to);
  try {
    const told = await fetchRest(wanted, partial, options);
    const { size: bytes } = await stat(partial);
    const sha256 = await sha256Of(partial);
    const expected = wanted.sha256 ?? told.sha256;
    if ((told.bytes ?? bytes) !== bytes || (expected ?? sha256) !== sha256) {
      // What is wrong is not gone on with.
      await rm(partial);
      throw corrupt(model, {
        file: file.file,
        bytes: told.bytes,
        sha256: expected ?? sha256,
        ...recordOf(wanted),
      });
    }
    if (file.sha256 === undefined) {
      const counts = await recordOnce(to, sha256, wanted);
      if (counts !== sha256) {
        await rm(partial);
        throw corrupt(model, { file: file.file, sha256: counts, record: `${to}${RECORD}` });
      }
    }
    await settle(partial, to);
    options.onProgress?.({ model: model.id, file: file.file, bytes, ofBytes: bytes });
    return to;
  } catch (error) {
    await releasePartial(partial, to);
    throw error;
  }
}

const recordOf = ({ file, sha256, to }: Wanted): { record?: string } =>
  file.sha256 === undefined && sha256 !== undefined ? { record: `${to}${RECORD}` } : {};

type Told = Pick<OpenedFile, 'bytes' | 'sha256'>;

async function fetchRest(wanted: Wanted, partial: string, options: PullOptions): Promise<Told> {
  const { model, file, sha256 } = wanted;
  // Nobody could tell afterwards that two halves are of two files.
  const beginsAnew = sha256 === undefined && mayChange(model.source);
  const handle = await open(partial, 'a');
  try {
    for (let barren = 0; ; barren++) {
      if (beginsAnew) await handle.truncate(0);
      const have = (await handle.stat()).size;
      if (wanted.bytes !== undefined && sha256 !== undefined && have >= wanted.bytes)
        return { bytes: wanted.bytes };
      try {
        const opened = await openAt(wanted, have, options.signal);
        if (opened.begins !== have) await handle.truncate(0);
        // The catalogue's word counts more than the server's.
        const bytes = file.bytes ?? opened.bytes;
        await append(handle, opened, bytes, wanted, options);
        return { bytes, sha256: opened.sha256 };
      } catch (error) {
        options.signal.throwIfAborted();
        if (error instanceof Refused) throw unavailable(model, file, error.message, error);
        if (!beginsAnew && (await handle.stat()).size > have) barren = 0;
        if (barren === BARREN_TRIES)
          throw unavailable(model, file, 'the connection broke: try again later', error);
      }
      await delay(options.pauseMs * 2 ** barren, undefined, { signal: options.signal });
    }
  } finally {
    await handle.close();
  }
}

async function openAt({ places }: Wanted, from: number, signal: AbortSignal): Promise<OpenedFile> {
  for (const { place, path } of places) {
    const opened = await place.open(path, from, signal);
    if (opened) return opened;
  }
  throw new Refused('no address has it (404)');
}

async function append(
  handle: FileHandle,
  { body, begins }: OpenedFile,
  ofBytes: number | undefined,
  { model, file }: Wanted,
  { onProgress, signal }: PullOptions,
): Promise<void> {
  let bytes = begins;
  for await (const chunk of body) {
    signal.throwIfAborted();
    bytes += chunk.byteLength;
    await handle.write(chunk);
    const shown = ofBytes === undefined ? bytes : Math.min(bytes, ofBytes);
    onProgress?.({ model: model.id, file: file.file, bytes: shown, ofBytes });
    // A server that sends more than the catalogue says sends another file: the check that follows refuses it.
    if (ofBytes !== undefined && bytes > ofBytes) return;
  }
}

export const unavailable = (model: Model, file: ModelFile, why: string, cause?: unknown): IntermodalError =>
  new IntermodalError(
    'model.unavailable',
    `The file ${file.file} of the model ${model.id} could not be fetched, because ${why}.`,
    { cause },
  );
