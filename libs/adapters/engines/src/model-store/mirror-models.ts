import { filesOf, type Model } from '@intermodal/models';
import type { FolderModelStore } from './folder-model-store.ts';
import { mirrorTarget } from './mirror-target.ts';
import { pathAtMirror } from './places.ts';
import { RECORD } from './recorded-hash.ts';
import { sha256Of } from './verify-file.ts';

/**
 * Copies the variants of a model that are here to `<mirror>/<id>/<file>`, as `INTERMODAL_MODEL_MIRROR` reads it, with the hashes
 * that were recorded here. What is there already and whole is left as it is.
 * @param mirror a folder, or `s3://bucket/prefix`
 * @returns whether any is here
 */
export async function mirrorModel(
  store: FolderModelStore,
  model: Model,
  mirror: string,
  signal: AbortSignal,
): Promise<boolean> {
  const pinned = await store.resolve(model);
  if (!pinned) return false;
  const target = mirrorTarget(mirror, store.openBucket, signal);
  const put = async (path: string, from: string, sha256: string): Promise<void> => {
    signal.throwIfAborted();
    if (!(await target.holds(path, sha256))) await target.put(path, from, sha256);
  };
  let isHere = false;
  for (const variant of pinned.variants.length > 0 ? pinned.variants : [undefined]) {
    const found = await store.find(pinned, variant);
    if (!found) continue;
    isHere = true;
    for (const file of filesOf(pinned, variant)) {
      const from = found[file.file]!;
      const to = pathAtMirror(pinned, file);
      await put(to, from, file.sha256 ?? (await sha256Of(from)));
      if (file.sha256 === undefined)
        await put(`${to}${RECORD}`, `${from}${RECORD}`, await sha256Of(`${from}${RECORD}`));
    }
  }
  return isHere;
}
