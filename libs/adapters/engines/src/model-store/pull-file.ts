import { open, rm, stat, type FileHandle } from 'node:fs/promises';
import { IntermodalError } from '@intermodal/contracts';
import type { Model, ModelFile } from '@intermodal/models';
import { claimPartial, releasePartial } from './partial-file.ts';
import { settle } from './put-file.ts';
import { corrupt, sha256Of } from './verify-file.ts';

export interface PullProgress {
  readonly file: string;
  readonly bytes: number;
  readonly ofBytes: number;
}

interface PullOptions {
  readonly onProgress?: (progress: PullProgress) => void;
  readonly signal: AbortSignal;
}

/** Streams one file to its place; goes on by Range where an earlier pull stopped. @returns its path */
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
    const have = (await handle.stat()).size;
    if (have >= file.bytes) return;
    const response = await request(model, file, have, options.signal);
    const goesOn =
      response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${have}-`);
    if (!goesOn) await handle.truncate(0);
    await append(handle, response, file, goesOn ? have : 0, options);
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof IntermodalError) throw error;
    throw unavailable(model, file, 'the connection broke', error);
  } finally {
    await handle.close();
  }
}

async function request(model: Model, file: ModelFile, have: number, signal: AbortSignal): Promise<Response> {
  const headers = have > 0 ? { range: `bytes=${have}-` } : undefined;
  const response = await fetch(file.url, { signal, headers });
  if (response.ok) return response;
  await response.body?.cancel();
  throw unavailable(model, file, `its address answered ${response.status}`);
}

async function append(
  handle: FileHandle,
  response: Response,
  file: ModelFile,
  have: number,
  { onProgress, signal }: PullOptions,
): Promise<void> {
  let bytes = have;
  for await (const chunk of response.body ?? []) {
    signal.throwIfAborted();
    bytes += chunk.byteLength;
    await handle.write(chunk);
    onProgress?.({ file: file.file, bytes: Math.min(bytes, file.bytes), ofBytes: file.bytes });
    // A server that sends more than the catalogue says sends another file: the check that follows refuses it.
    if (bytes > file.bytes) return;
  }
}

const unavailable = (model: Model, file: ModelFile, why: string, cause?: unknown): IntermodalError =>
  new IntermodalError(
    'model.unavailable',
    `The file ${file.file} of the model ${model.id} could not be fetched, because ${why}: try again later.`,
    { cause },
  );
