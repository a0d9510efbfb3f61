import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Model, ModelFile, ModelStore } from '@intermodal/models';
import pMap from 'p-map';
import { httpMirror, publicAddresses, type ModelSource } from './model-source.ts';
import { freePartials } from './partial-file.ts';
import { PAUSE_MS, pullFile, type PullProgress } from './pull-file.ts';
import { putCopy } from './put-file.ts';
import { bytesIn, makeSureOfRoom } from './room.ts';
import { FileVerifier, corrupt, sha256Of } from './verify-file.ts';

/** Files that are fetched at the same time. */
const AT_A_TIME = 4;

export interface FolderModelStoreOptions {
  /** `INTERMODAL_MODEL_DIR` */
  readonly folder: string;
  /** `INTERMODAL_MODEL_MIRROR`: a folder or an address with `<id>/<file>`, taken from before the public addresses. */
  readonly mirror?: string | undefined;
  /** `INTERMODAL_MODEL_MIRROR_TOKEN`: for a mirror with an address. */
  readonly mirrorToken?: string | undefined;
  /** `INTERMODAL_MODEL_MAX_BYTES`: what the folder may hold. */
  readonly maxBytes?: number | undefined;
  /** Before a connection that broke is tried again. */
  readonly pauseMs?: number;
}

interface Wanted {
  readonly model: Model;
  readonly file: ModelFile;
}

/**
 * Models in a folder, `<folder>/<id>/<version>/<file>`, where the version stands for the hashes of all its files: so a new
 * catalogue never meets old weights. Every file is verified before its path is given out.
 */
export class FolderModelStore implements ModelStore {
  readonly #options: FolderModelStoreOptions;
  readonly #mirrorFolder: string | undefined;
  readonly #sources: readonly ModelSource[];
  readonly #verifier = new FileVerifier();

  constructor(options: FolderModelStoreOptions) {
    const { mirror, mirrorToken } = options;
    const isAddress = mirror !== undefined && /^https?:\/\//i.test(mirror);
    this.#options = options;
    this.#mirrorFolder = isAddress ? undefined : mirror;
    this.#sources = isAddress ? [httpMirror(mirror, mirrorToken), publicAddresses] : [publicAddresses];
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
   * Fetches what is missing, some files at a time. A pull that was broken off goes on where it was. What can be fetched is,
   * also when something else cannot.
   * @throws IntermodalError `model.corrupt`, `model.unavailable`, `model.no_room`
   */
  async pull(
    models: readonly Model[],
    options: { onProgress?: (progress: PullProgress) => void; signal: AbortSignal },
  ): Promise<void> {
    const all = models.flatMap((model) => model.files.map((file): Wanted => ({ model, file })));
    const isMissing = async ({ model, file }: Wanted) => (await this.#findFile(model, file)) === undefined;
    const missing = await pMap(all, async (one) => ((await isMissing(one)) ? [one] : []), {
      concurrency: AT_A_TIME,
    });
    const wanted = missing.flat();
    await this.#makeSureOfRoom(wanted);
    const failures: unknown[] = [];
    const { pauseMs = PAUSE_MS } = this.#options;
    const fetchOne = ({ model, file }: Wanted): Promise<unknown> =>
      pullFile(model, file, this.pathOf(model, file), { ...options, sources: this.#sources, pauseMs }).catch(
        (error: unknown) => failures.push(error),
      );
    await pMap(wanted, fetchOne, { concurrency: AT_A_TIME });
    if (failures.length > 0) throw failures[0];
  }

  /** Where a file of a model stands, whether it is there or not. */
  pathOf(model: Model, file: ModelFile): string {
    return join(this.#options.folder, model.id, versionOf(model), file.file);
  }

  /**
   * Copies a model that is here to `<folder>/<id>/<file>`, as `INTERMODAL_MODEL_MIRROR` reads it.
   * @returns whether it is here
   */
  async copyTo(folder: string, model: Model): Promise<boolean> {
    const found = await this.find(model);
    if (!found) return false;
    for (const file of model.files) {
      const to = join(folder, model.id, file.file);
      if (!(await this.#verifier.verify(to, file, model).catch(() => false)))
        await putVerified(found[file.file]!, to, model, file);
    }
    return true;
  }

  async #findFile(model: Model, file: ModelFile): Promise<string | undefined> {
    const path = this.pathOf(model, file);
    if (await this.#verifier.verify(path, file, model)) return path;
    if (this.#mirrorFolder === undefined) return undefined;
    const mirrored = join(this.#mirrorFolder, model.id, file.file);
    if (!(await this.#verifier.verify(mirrored, file, model))) return undefined;
    await putVerified(mirrored, path, model, file);
    return path;
  }

  async #makeSureOfRoom(wanted: readonly Wanted[]): Promise<void> {
    const { folder, maxBytes } = this.#options;
    let bytes = 0;
    for (const { model, file } of wanted) {
      const [partial] = await freePartials(this.pathOf(model, file));
      bytes += Math.max(0, file.bytes - (partial === undefined ? 0 : await bytesIn(partial)));
    }
    if (bytes > 0) await makeSureOfRoom(folder, bytes, maxBytes);
  }
}

const putVerified = (from: string, to: string, model: Model, file: ModelFile): Promise<void> =>
  putCopy(from, to, async (copy) => {
    if ((await sha256Of(copy)) !== file.sha256) throw corrupt(model, file);
  });

/** 16 digits that change when any file does. */
export const versionOf = (model: Model): string =>
  createHash('sha256')
    .update(model.files.map((file) => `${file.file} ${file.sha256}\n`).join(''))
    .digest('hex')
    .slice(0, 16);
