import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IntermodalError } from '@intermodal/contracts';
import { joinCatalogues, MODELS, type Model } from '@intermodal/models';

const ENDING = '.model.json';

/**
 * Every model there is: the shipped ones, and the `*.model.json` of a folder.
 * @param folder `INTERMODAL_MODEL_CATALOGUE`; undefined when there are no own ones
 * @throws IntermodalError `model.invalid` with every fault of every file
 */
export async function readCatalogue(folder: string | undefined): Promise<readonly Model[]> {
  if (folder === undefined) return MODELS;
  const names = await namesIn(folder);
  const own = names.filter((name) => name.endsWith(ENDING)).sort();
  const texts = own.map(async (file) => ({ file, text: await readFile(join(folder, file), 'utf8') }));
  return joinCatalogues(MODELS, await Promise.all(texts));
}

/**
 * What stands in such a folder and is not read, for its name does not end in `.model.json`; without hidden files.
 * @throws IntermodalError `model.invalid`
 */
export async function unreadInCatalogue(folder: string | undefined): Promise<readonly string[]> {
  if (folder === undefined) return [];
  return (await namesIn(folder)).filter((name) => !name.endsWith(ENDING) && !name.startsWith('.')).sort();
}

const namesIn = (folder: string): Promise<string[]> =>
  readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw new IntermodalError(
      'model.invalid',
      `INTERMODAL_MODEL_CATALOGUE is '${folder}', which cannot be read as a folder (${error.code}): make it, or leave the setting out.`,
      { cause: error },
    );
  });
