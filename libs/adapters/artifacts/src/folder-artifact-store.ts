import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { IntermodalError } from '@intermodal/contracts';
import type { ArtifactStore, ByteRange, StoredBytes, StoredPage } from '@intermodal/pipeline';
import {
  artifactFolder,
  artifactKey,
  databaseKey,
  DATABASES_FOLDER,
  databasesIn,
  idIn,
} from './artifact-key.ts';
import { FolderDirectStore } from './folder-direct-store.ts';
import { metered } from './metered.ts';
import { unsatisfiable } from './range.ts';

/** An unfinished file of a process that was killed is removed when it is older than this. */
const FORSAKEN_MS = 24 * 3_600_000;
/** Artifacts of one listing, at most. */
const PAGE = 1_000;

/** Artifacts as files of one folder, for one machine. Many processes may use it at once. */
export class FolderArtifactStore implements ArtifactStore {
  readonly direct: FolderDirectStore;
  readonly #folder: string;
  readonly #unfinished: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.#unfinished = join(folder, 'unfinished');
    this.direct = new FolderDirectStore(folder, {
      put: (...given) => this.put(...given),
      writeUnfinished: (...given) => this.#write(...given),
      unavailable,
    });
  }

  /** Makes the folder and removes what killed processes left in it. */
  async prepare(): Promise<void> {
    try {
      await mkdir(this.#unfinished, { recursive: true, mode: 0o700 });
      for (const name of await readdir(this.#unfinished)) {
        const path = join(this.#unfinished, name);
        const entry = await stat(path).catch(() => undefined);
        if (entry && Date.now() - entry.mtimeMs > FORSAKEN_MS) await rm(path, { force: true });
      }
    } catch (error) {
      throw unavailable(error);
    }
  }

  async put(
    id: string,
    source: Readable,
    options: { mediaType: string; maxBytes: number; signal: AbortSignal },
  ): Promise<StoredBytes> {
    const path = this.#path(id);
    const written = await this.#write(source, options);
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await rename(written.path, path);
      await syncFolder(dirname(path));
      return { bytes: written.bytes, sha256: written.sha256 };
    } catch (error) {
      await rm(written.path, { force: true });
      throw unavailable(error);
    }
  }

  async open(
    id: string,
    options: { range?: ByteRange; signal: AbortSignal },
  ): Promise<{ body: Readable; bytes: number }> {
    options.signal.throwIfAborted();
    const file = await this.#opened(id);
    try {
      const bytes = (await file.stat()).size;
      const { range } = options;
      if (range && (range.first >= bytes || range.first > range.last)) throw unsatisfiable(range, bytes);
      const body = file.createReadStream(range ? { start: range.first, end: range.last } : {});
      return { body: addAbortSignal(options.signal, body), bytes };
    } catch (error) {
      await file.close();
      throw error instanceof IntermodalError ? error : unavailable(error);
    }
  }

  async delete(id: string): Promise<void> {
    const path = this.#path(id);
    await rm(path, { force: true }).catch((error: unknown) => {
      throw unavailable(error);
    });
  }

  /** Reads the names of one folder of 256 at a time. */
  async list(prefix: string, after = ''): Promise<StoredPage> {
    const folder = artifactFolder(prefix);
    try {
      // The clock of the disk, which may be another machine's.
      const now = await this.#probe();
      const names = (await readdir(join(this.#folder, folder)).catch(unlessMissing)) ?? [];
      const ids = names.filter((name) => idIn(folder, name) !== undefined && name > after).sort();
      const entries: { id: string; storedAt: Date }[] = [];
      for (const id of ids.slice(0, PAGE)) {
        const entry = await stat(this.#path(id)).catch(unlessMissing);
        if (entry) entries.push({ id, storedAt: entry.mtime });
      }
      return { entries, more: ids.length > PAGE, now };
    } catch (error) {
      throw unavailable(error);
    }
  }

  async databases(): Promise<string[]> {
    try {
      const names = await readdir(join(this.#folder, DATABASES_FOLDER)).catch(unlessMissing);
      // A folder that is gone is not one that nobody uses.
      if (!names) await stat(this.#unfinished);
      return databasesIn(names ?? []);
    } catch (error) {
      throw unavailable(error);
    }
  }

  async addDatabase(id: string): Promise<void> {
    const path = join(this.#folder, databaseKey(id));
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await syncFolder(this.#folder);
      await (await open(path, 'a', 0o600)).close();
      await syncFolder(dirname(path));
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** Writes and removes a file: a full or read-only disk is seen here. */
  async check(): Promise<void> {
    await this.#probe().catch((error: unknown) => {
      throw unavailable(error);
    });
  }

  async close(): Promise<void> {}

  /** Into a file that is nobody's yet; nothing stays when it fails. */
  async #write(
    source: Readable,
    options: { maxBytes: number; signal: AbortSignal },
  ): Promise<StoredBytes & { path: string }> {
    const path = join(this.#unfinished, randomUUID());
    const meter = metered(source, options);
    try {
      // `flush` is fsync: after the rename the bytes are there, even if the machine loses power.
      await pipeline(meter.body, createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }));
      options.signal.throwIfAborted();
      return { path, ...meter.stored() };
    } catch (error) {
      await rm(path, { force: true });
      source.destroy();
      if (options.signal.aborted) throw options.signal.reason;
      throw meter.failure() ?? unavailable(error);
    }
  }

  /** When it was. */
  async #probe(): Promise<Date> {
    const probe = join(this.#unfinished, randomUUID());
    const file = await open(probe, 'wx', 0o600);
    try {
      await file.write('.');
      return (await file.stat()).mtime;
    } finally {
      await file.close();
      await rm(probe, { force: true });
    }
  }

  #path(id: string): string {
    return join(this.#folder, artifactKey(id));
  }

  async #opened(id: string): Promise<FileHandle> {
    const path = this.#path(id);
    try {
      return await open(path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unavailable(error);
      // A folder that is gone is not an artifact that never was.
      await stat(this.#unfinished).catch((cause: unknown) => {
        throw unavailable(cause);
      });
      throw new IntermodalError('artifact.not_found', `The store has no artifact ${id}.`, { cause: error });
    }
  }
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

const unavailable = (cause: unknown): IntermodalError =>
  new IntermodalError(
    'store.unavailable',
    `The artifact folder cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`,
    { cause },
  );

/** Makes the new name itself durable. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
