import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ModelEntry } from '@intermodal/contracts';
import type { ModelStore } from '@intermodal/models';
import { tinyModel } from './tiny-model.ts';

/** A store that holds one model, whose files are given; removed on dispose. */
export async function storeOf(
  entry: Partial<ModelEntry>,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<ModelStore & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'intermodal-models-'));
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
  const ofVariants = (entry.variants ?? []).flatMap((variant) => variant.files.map(({ file }) => file));
  const shared = Object.keys(files).filter((file) => !ofVariants.includes(file));
  const model = tinyModel({ ...entry, files: shared.map((file) => ({ file })) });
  const paths = Object.fromEntries(Object.keys(files).map((name) => [name, join(folder, name)]));
  return {
    catalogue: [model],
    find: async ({ id }) => (id === model.id ? paths : undefined),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
