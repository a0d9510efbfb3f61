import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Refused, type Place } from './place.ts';

export const folderPlace = (folder: string): Place => ({
  async open(path, from, signal) {
    const whole = join(folder, path);
    const found = await stat(whole).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw new Refused(`${whole} cannot be read (${error.code ?? error.message})`, { cause: error });
    });
    if (!found) return undefined;
    if (!found.isFile()) throw new Refused(`${whole} is not a file`);
    const begins = from <= found.size ? from : 0;
    return { body: createReadStream(whole, { start: begins, signal }), begins, bytes: found.size };
  },
});
