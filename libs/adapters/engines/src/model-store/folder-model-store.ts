import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Model, ModelFile, ModelStore } from '@intermodal/models';
import { pullFile, type PullProgress } from './pull-file.ts';
import { putCopy } from './put-file.ts';
import { FileVerifier, corrupt, sha256Of } from './verify-file.ts';

export interface FolderModelStoreOptions {
  /** `INTERMODAL_MODEL_DIR` */
  readonly folder: string;
  /** `INTERMODAL_MODEL_MIRROR`: a folder with `<id>/<file>`, taken from instead of the network. */
  readonly mirror?: string;
}

/**
 * Models in a folder, `<folder>/<id>/<version>/<file>`, where the version stands for the hashes of all its files: so a new
 * catalogue never meets old weights. Every file is verified before its path is given out.
 */
export class FolderModelStore implements ModelStore {
  readonly #options: FolderModelStoreOptions;
  readonly #verifier = new FileVerifier();

  constructor(options: FolderModelStoreOptions) {
    this.#options = options;
  }

  async find(model: Model): Promise<Readonly<Record<string, string>> | undefined> {
    const paths: Record<string, string> = {};
    // One after the other: what is refused leaves nothing running behind it.
    for (const file of model.files) {
      const path = await this.#findFile(model, file);
      if (path === undefined) return undefined;
      paths[file.file] = path;
    }
    return paths;
  }

  /**
   * Fetches what is missing from its public address. A pull that was broken off goes on where it was.
   * @throws IntermodalError `model.corrupt`, `model.unavailable`
   */
  async pull(
    model: Model,
    options: { onProgress?: (progress: PullProgress) => void; signal: AbortSignal },
  ): Promise<Readonly<Record<string, string>>> {
    const paths: Record<string, string> = {};
    for (const file of model.files) {
      paths[file.file] =
        (await this.#findFile(model, file)) ??
        (await pullFile(model, file, this.pathOf(model, file), options));
    }
    return paths;
  }

  /** Where a file of a model stands, whether it is there or not. */
  pathOf(model: Model, file: ModelFile): string {
    return join(this.#options.folder, model.id, versionOf(model), file.file);
  }

  async #findFile(model: Model, file: ModelFile): Promise<string | undefined> {
    const path = this.pathOf(model, file);
    if (await this.#verifier.verify(path, file, model)) return path;
    if (this.#options.mirror === undefined) return undefined;
    const mirrored = join(this.#options.mirror, model.id, file.file);
    if (!(await this.#verifier.verify(mirrored, file, model))) return undefined;
    await putCopy(mirrored, path, async (copy) => {
      if ((await sha256Of(copy)) !== file.sha256) throw corrupt(model, file);
    });
    return path;
  }
}

/** 16 digits that change when any file does. */
export const versionOf = (model: Model): string =>
  createHash('sha256')
    .update(model.files.map((file) => `${file.file} ${file.sha256}\n`).join(''))
    .digest('hex')
    .slice(0, 16);
