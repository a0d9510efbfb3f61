import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { IntermodalError } from '@intermodal/contracts';
import type { ArtifactStore, PassedThroughStore, StoredParts } from '@intermodal/pipeline';
import { artifactKey } from './artifact-key.ts';

const PART = /^[1-9][0-9]{0,4}$/;

/** How a folder's store writes one file that is not an artifact yet: see FolderArtifactStore. */
export interface FolderWriter {
  /** @returns where it lies, and how many bytes it has */
  writeUnfinished(
    body: Readable,
    options: { maxBytes: number; signal: AbortSignal },
  ): Promise<{ path: string; bytes: number }>;
  put: ArtifactStore['put'];
  unavailable(cause: unknown): IntermodalError;
}

/** Parts as files of a folder of their own, until they are put together. */
export class FolderDirectStore implements PassedThroughStore {
  readonly kind = 'through';
  readonly #folder: string;
  readonly #writer: FolderWriter;

  constructor(folder: string, writer: FolderWriter) {
    this.#folder = join(folder, 'uploads');
    this.#writer = writer;
  }

  async begin(id: string): Promise<string> {
    await mkdir(this.#of(id), { recursive: true, mode: 0o700 }).catch((error: unknown) => {
      throw this.#writer.unavailable(error);
    });
    return 'folder';
  }

  async putPart(
    id: string,
    _handle: string,
    { number, bytes }: { readonly number: number; readonly bytes: number },
    body: Readable,
    signal: AbortSignal,
  ): Promise<void> {
    const written = await this.#writer.writeUnfinished(body, { maxBytes: bytes, signal });
    try {
      if (written.bytes !== bytes)
        throw new IntermodalError(
          'upload.mismatch',
          `Part ${number} has ${written.bytes} bytes; ${bytes} were promised. Send it again.`,
        );
      await rename(written.path, join(this.#of(id), String(number)));
    } catch (error) {
      await rm(written.path, { force: true });
      throw error instanceof IntermodalError ? error : this.#writer.unavailable(error);
    }
  }

  async parts(id: string): Promise<StoredParts | undefined> {
    const folder = this.#of(id);
    try {
      const names = (await readdir(folder)).filter((name) => PART.test(name));
      const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
      return new Map(names.map((name, i) => [Number(name), sizes[i]!]));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw this.#writer.unavailable(error);
    }
  }

  async finish(id: string): Promise<void> {
    const parts = await this.parts(id);
    if (!parts) return;
    const folder = this.#of(id);
    const paths = [...parts.keys()].sort((a, b) => a - b).map((number) => join(folder, String(number)));
    async function* whole() {
      for (const path of paths) yield* createReadStream(path) as AsyncIterable<Buffer>;
    }
    await this.#writer.put(id, Readable.from(whole(), { objectMode: false }), {
      ...{ mediaType: '', maxBytes: Infinity, signal: new AbortController().signal },
    });
    await this.abandon(id);
  }

  async abandon(id: string): Promise<void> {
    await rm(this.#of(id), { recursive: true, force: true }).catch((error: unknown) => {
      throw this.#writer.unavailable(error);
    });
  }

  #of(id: string): string {
    return join(this.#folder, artifactKey(id).slice(3));
  }
}
