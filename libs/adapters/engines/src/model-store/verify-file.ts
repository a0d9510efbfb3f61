import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { IntermodalError } from '@intermodal/contracts';
import type { Model } from '@intermodal/models';

/** sha256 of a file, as hexadecimal digits. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** What a file must be: by the catalogue, or as it was recorded when it was first pulled. */
export interface Expected {
  readonly file: string;
  readonly sha256: string;
  readonly bytes?: number | undefined;
  /** The record that says so, where the catalogue does not. */
  readonly record?: string | undefined;
}

/** Remembers which files were found to be what they should, so that each is read once, and again after it changed. */
export class FileVerifier {
  readonly #known = new Map<string, string>();

  /**
   * Whether the file is there and whole.
   * @throws IntermodalError `model.corrupt` when it is there and not what it must be
   */
  async verify(path: string, expected: Expected, model: Model): Promise<boolean> {
    const found = await stat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw error;
    });
    if (!found) return false;
    const seen = `${found.ino} ${found.size} ${found.mtimeNs} ${expected.sha256}`;
    if (this.#known.get(path) === seen) return true;
    const hasLength = expected.bytes === undefined || found.size === BigInt(expected.bytes);
    if (!hasLength || (await sha256Of(path)) !== expected.sha256) throw corrupt(model, expected);
    this.#known.set(path, seen);
    return true;
  }
}

export function corrupt(model: Model, { file, bytes, sha256, record }: Expected): IntermodalError {
  const length = bytes === undefined ? '' : `${bytes} bytes with `;
  const since = record === undefined ? '' : ', as it was first pulled';
  const unless = record === undefined ? '' : ` (if other bytes are wanted from now on, remove ${record} too)`;
  return new IntermodalError(
    'model.corrupt',
    `The file ${file} of the model ${model.id} is not what it should be (${length}sha256 ` +
      `${sha256.slice(0, 12)}…${since}): remove it and run intermodal models pull ${model.id}${unless}.`,
  );
}
