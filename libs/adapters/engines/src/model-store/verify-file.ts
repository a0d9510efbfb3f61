import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { IntermodalError } from '@intermodal/contracts';
import type { Model, ModelFile } from '@intermodal/models';

/** sha256 of a file, as hexadecimal digits. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Remembers which files were found to be what they should, so that each is read once, and again after it changed. */
export class FileVerifier {
  readonly #known = new Map<string, string>();

  /**
   * Whether the file is there and whole.
   * @throws IntermodalError `model.corrupt` when it is there and not what the catalogue says
   */
  async verify(path: string, file: ModelFile, model: Model): Promise<boolean> {
    const found = await stat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw error;
    });
    if (!found) return false;
    const seen = `${found.ino} ${found.size} ${found.mtimeNs} ${file.sha256}`;
    if (this.#known.get(path) === seen) return true;
    if (found.size !== BigInt(file.bytes) || (await sha256Of(path)) !== file.sha256)
      throw corrupt(model, file);
    this.#known.set(path, seen);
    return true;
  }
}

export const corrupt = (model: Model, file: ModelFile): IntermodalError =>
  new IntermodalError(
    'model.corrupt',
    `The file ${file.file} of the model ${model.id} is not what it should be (${file.bytes} bytes with sha256 ` +
      `${file.sha256.slice(0, 12)}…): remove it and run intermodal models pull ${model.id}.`,
  );
