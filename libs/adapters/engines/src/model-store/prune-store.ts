import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Model } from '@intermodal/models';
import { isFreePartial } from './partial-file.ts';
import { Pins } from './pins.ts';
import { bytesIn } from './room.ts';
import { versionOf } from './version.ts';

/** As `versionOf` makes them. Whatever is called otherwise was not put there by a store, and is none of its business. */
const VERSION = /^[0-9a-f]{16}$/;

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
  const pins = new Pins(folder);
  const versions = new Map<string, string>();
  for (const model of catalogue) {
    const pinned = await pins.resolve(model);
    if (pinned) versions.set(model.id, versionOf(pinned));
  }
  const found: string[] = [];
  for (const id of await foldersIn(folder))
    for (const version of await foldersIn(join(folder, id))) {
      if (!VERSION.test(version)) continue;
      const below = join(id, version);
      if (versions.get(id) !== version) found.push(below);
      else
        found.push(
          ...(await readdir(join(folder, below), { recursive: true }))
            .filter((path) => isFreePartial(basename(path)))
            .map((path) => join(below, path)),
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

/** None, where there is no such folder. */
async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
