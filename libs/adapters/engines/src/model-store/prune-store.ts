import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Model } from '@intermodal/models';
import { versionOf } from './folder-model-store.ts';
import { isFreePartial } from './partial-file.ts';
import { bytesIn } from './room.ts';

export interface Superfluous {
  /** Below the store's folder. */
  readonly path: string;
  readonly bytes: number;
}

/**
 * What the catalogue does not name: other models, other versions, and downloads that nobody is at.
 * @param remove false to tell only
 */
export async function pruneStore(
  folder: string,
  catalogue: readonly Model[],
  { remove }: { remove: boolean },
): Promise<Superfluous[]> {
  const versions = new Map(catalogue.map((model) => [model.id, versionOf(model)]));
  const found: string[] = [];
  for (const id of await namesIn(folder))
    for (const version of await namesIn(join(folder, id))) {
      const below = join(id, version);
      if (versions.get(id) !== version) found.push(below);
      else
        found.push(
          ...(await namesIn(join(folder, below))).filter(isFreePartial).map((name) => join(below, name)),
        );
    }
  return Promise.all(
    found.map(async (path) => {
      const whole = join(folder, path);
      const bytes = await bytesIn(whole);
      if (remove) await rm(whole, { recursive: true, force: true });
      return { path, bytes };
    }),
  );
}

/** Nothing, where there is no such folder. */
const namesIn = (folder: string): Promise<string[]> =>
  readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
