import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { filesOf, variantName, type Model, type ModelFile } from '@intermodal/models';
import { freePartials } from './partial-file.ts';
import { RECORD } from './recorded-hash.ts';

/** damaged: a file has another length than it should. unpinned: nobody has said which revision is wanted. */
export type State = 'here' | 'part' | 'missing' | 'damaged' | 'unpinned';

export interface Standing {
  /** The best one of its variants, but damaged when one is. */
  readonly state: State;
  /** Where its files stand, or would. */
  readonly folder: string | undefined;
  /** The commit of its repository, where it has one. */
  readonly revision: string | undefined;
  readonly variants: readonly { readonly name: string; readonly state: State }[];
}

export async function standingOf(model: Model, folder: string): Promise<Standing> {
  const variants = await Promise.all(
    model.variants.map(async (variant) => ({
      name: variantName(variant),
      state: together(await statesOf(filesOf(model, variant), folder)),
    })),
  );
  const own = variants.length > 0 ? variants.map(({ state }) => state) : await statesOf(model.files, folder);
  const best = BEST_FIRST.find((state) => own.includes(state)) ?? 'missing';
  return {
    state: variants.length > 0 ? best : together(own),
    folder,
    revision: model.source.kind === 'hugging-face' ? model.source.revision : undefined,
    variants,
  };
}

const BEST_FIRST: readonly State[] = ['damaged', 'here', 'part'];

function together(states: readonly State[]): State {
  if (states.includes('damaged')) return 'damaged';
  if (states.every((state) => state === 'here')) return 'here';
  return states.every((state) => state === 'missing') ? 'missing' : 'part';
}

const statesOf = (files: readonly ModelFile[], folder: string): Promise<State[]> =>
  Promise.all(files.map((file) => stateOf(file, join(folder, file.file))));

async function stateOf({ bytes, sha256 }: ModelFile, path: string): Promise<State> {
  const size = await sizeOf(path);
  if (size === undefined) return (await freePartials(path)).length > 0 ? 'part' : 'missing';
  if (bytes !== undefined && size !== bytes) return 'damaged';
  // What nobody has recorded counts for nothing.
  return sha256 !== undefined || (await sizeOf(`${path}${RECORD}`)) !== undefined ? 'here' : 'missing';
}

const sizeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ size }) => size,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw error;
    },
  );
