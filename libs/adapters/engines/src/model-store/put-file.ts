import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Copies a file so that `to` is either absent or whole, whatever happens meanwhile. Processes that do it at once do not
 * disturb each other: the last rename wins, with equal bytes.
 * @param check is given the copy before it gets its name, and throws when it is not right
 */
export async function putCopy(
  from: string,
  to: string,
  check: (copy: string) => Promise<void>,
): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const temporary = `${to}.${randomUUID()}.tmp`;
  try {
    await copyFile(from, temporary, constants.COPYFILE_FICLONE);
    await check(temporary);
    await settle(temporary, to);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Gives a finished file its name, after its bytes are on the disk; then the name too. */
export async function settle(temporary: string, to: string): Promise<void> {
  await sync(temporary);
  await rename(temporary, to);
  await sync(dirname(to));
}

export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
