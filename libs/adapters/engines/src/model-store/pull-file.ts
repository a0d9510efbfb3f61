import { open, rm, stat, type FileHandle } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { IntermodalError } from '@intermodal/contracts';
import type { Model, ModelFile } from '@intermodal/models';
import { unavailable, type ModelSource, type OpenedFile } from './model-source.ts';
import { claimPartial, releasePartial } from './partial-file.ts';
import { settle } from './put-file.ts';
import { corrupt, sha256Of } from './verify-file.ts';

/** Tries after a connection broke, beside those that brought something. */
const BARREN_TRIES = 3;
/** Before the first of these; twice as long before each further one. */
export const PAUSE_MS = 500;

export interface PullProgress {
  readonly model: string;
  readonly file: string;
  readonly bytes: number;
  readonly ofBytes: number;
}

export interface PullOptions {
  readonly pauseMs: number;
  readonly onProgress?: (progress: PullProgress) => void;
  readonly signal: AbortSignal;
  /** Tried in this order. */
  readonly sources: readonly ModelSource[];
}

/**
 * Streams one file to its place, from the first source that has it; goes on where an earlier pull, or a connection, broke
 * off. @returns its path
 */
export async function pullFile(
  model: Model,
  file: ModelFile,
  to: string,
  options: PullOptions,
): Promise<string> {
  const partial = await claimPartial(to);
  try {
    await fetchRest(model, file, partial, options);
    if ((await stat(partial)).size !== file.bytes || (await sha256Of(partial)) !== file.sha256) {
      // What is wrong is not gone on with.
      await rm(partial);
      throw corrupt(model, file);
    }
    await settle(partial, to);
    return to;
  } catch (error) {
    await releasePartial(partial, to);
    throw error;
  }
}

async function fetchRest(
  model: Model,
  file: ModelFile,
  partial: string,
  options: PullOptions,
): Promise<void> {
  const handle = await open(partial, 'a');
  try {
    for (let barren = 0; ; barren++) {
      const have = (await handle.stat()).size;
      if (have >= file.bytes) return;
      try {
        const opened = await openAt(model, file, have, options);
        if (opened.begins !== have) await handle.truncate(0);
        return await append(handle, opened, model, file, options);
      } catch (error) {
        options.signal.throwIfAborted();
        if (error instanceof IntermodalError) throw error;
        if ((await handle.stat()).size > have) barren = 0;
        if (barren === BARREN_TRIES) throw unavailable(model, file, 'the connection broke', error);
      }
      await delay(options.pauseMs * 2 ** barren, undefined, { signal: options.signal });
    }
  } finally {
    await handle.close();
  }
}

async function openAt(
  model: Model,
  file: ModelFile,
  from: number,
  { sources, signal }: PullOptions,
): Promise<OpenedFile> {
  for (const source of sources) {
    const opened = await source.open(model, file, from, signal);
    if (opened) return opened;
  }
  throw unavailable(model, file, 'no address has it (404)');
}

async function append(
  handle: FileHandle,
  { body, begins }: OpenedFile,
  model: Model,
  file: ModelFile,
  { onProgress, signal }: PullOptions,
): Promise<void> {
  let bytes = begins;
  for await (const chunk of body) {
    signal.throwIfAborted();
    bytes += chunk.byteLength;
    await handle.write(chunk);
    onProgress?.({
      model: model.id,
      file: file.file,
      bytes: Math.min(bytes, file.bytes),
      ofBytes: file.bytes,
    });
    // A server that sends more than the catalogue says sends another file: the check that follows refuses it.
    if (bytes > file.bytes) return;
  }
}
