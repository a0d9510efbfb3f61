import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Revision } from '@intermodal/contracts';
import { isUnpinned, pinnedAt, type Model } from '@intermodal/models';
import { settle } from './put-file.ts';

/** Which commit of its repository somebody has chosen, for models whose entry names none: `<folder>/<id>/revision`. */
export class Pins {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The model at its revision; undefined when nobody has chosen one. */
  async resolve(model: Model): Promise<Model | undefined> {
    if (!isUnpinned(model)) return model;
    const text = await readFile(this.#path(model), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw error;
    });
    const revision = Revision.safeParse(text?.trim());
    return revision.success ? pinnedAt(model, revision.data) : undefined;
  }

  async write(model: Model, revision: string): Promise<void> {
    const path = this.#path(model);
    await mkdir(join(this.#folder, model.id), { recursive: true });
    const temporary = `${path}.${randomUUID()}.tmp`;
    await writeFile(temporary, `${revision}\n`, { flag: 'wx' });
    await settle(temporary, path);
  }

  #path(model: Model): string {
    return join(this.#folder, model.id, 'revision');
  }
}
