import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, link, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { IntermodalError, parseId, type ArtifactRef } from '@intermodal/contracts';
import type { ArtifactStore } from '@intermodal/pipeline';

/**
 * Artifacts of this machine by content, read-only, linked into scratch folders: a film that ten tasks read is fetched
 * once. May be shared by processes: files appear by rename, and a linked file outlives its removal here.
 */
export class ArtifactCache {
  readonly #folder: string;
  readonly #store: ArtifactStore;
  readonly #maxBytes: number;
  readonly #onUse: (outcome: 'hit' | 'miss') => void;

  /** @param onUse hears of every file that is asked for, once */
  constructor(
    folder: string,
    store: ArtifactStore,
    maxBytes: number,
    onUse: (outcome: 'hit' | 'miss') => void = () => {},
  ) {
    this.#folder = folder;
    this.#store = store;
    this.#maxBytes = maxBytes;
    this.#onUse = onUse;
  }

  /** @throws IntermodalError `store.unavailable` when the bytes do not arrive whole, `artifact.not_found` */
  async linkInto(path: string, ref: ArtifactRef, signal: AbortSignal): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const cached = join(this.#folder, ref.sha256);
    for (let tries = 0; ; tries++) {
      try {
        await link(cached, path);
        const now = new Date();
        await utimes(cached, now, now).catch(() => {});
        this.#onUse(tries === 0 ? 'hit' : 'miss');
        return;
      } catch (error) {
        // Another process may evict between our download and our link; twice in a row it will not.
        if (!isMissing(error) || tries > 2) throw error;
      }
      await this.#download(cached, ref, signal);
    }
  }

  async #download(to: string, ref: ArtifactRef, signal: AbortSignal): Promise<void> {
    const temporary = `${to}.${randomUUID()}`;
    const hash = createHash('sha256');
    const meter = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    try {
      const { body } = await this.#store.open(parseId('artifact', ref.id)!, { signal });
      await pipeline(body, meter, createWriteStream(temporary), { signal });
      if (hash.digest('hex') !== ref.sha256)
        throw new IntermodalError(
          'store.unavailable',
          `The bytes of ${ref.id} did not arrive as they were stored.`,
        );
      await chmod(temporary, 0o444);
      await rename(temporary, to);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await this.#evict();
  }

  /** Removes what was used longest ago, until the rest fits. */
  async #evict(): Promise<void> {
    const names = await readdir(this.#folder);
    const files = (
      await Promise.all(
        names.map(async (name) => {
          const path = join(this.#folder, name);
          const found = await stat(path).catch(() => undefined);
          return found && { path, bytes: found.size, usedMs: found.mtimeMs };
        }),
      )
    ).filter((file) => file !== undefined);
    let total = files.reduce((sum, file) => sum + file.bytes, 0);
    for (const file of files.sort((a, b) => a.usedMs - b.usedMs)) {
      if (total <= this.#maxBytes) return;
      await rm(file.path, { force: true });
      total -= file.bytes;
    }
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';
