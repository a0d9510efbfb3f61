import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * The unfinished part of a download, owned by one process at a time. Free parts are named `<file>.part`, owned ones
 * `<file>.part.<pid>.<uuid>`; renaming takes ownership, because only one of two renames succeeds. A part whose process has
 * ended is free.
 */
export async function claimPartial(finalPath: string): Promise<string> {
  const folder = dirname(finalPath);
  await mkdir(folder, { recursive: true });
  const free = `${basename(finalPath)}.part`;
  const mine = join(folder, `${free}.${process.pid}.${randomUUID()}`);
  for (const name of await readdir(folder)) {
    if (name !== free && !isAbandoned(name, free)) continue;
    try {
      await rename(join(folder, name), mine);
      return mine;
    } catch (error) {
      // Another process was faster.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return mine;
}

/** Leaves a part for whoever goes on with it. */
export async function releasePartial(mine: string, finalPath: string): Promise<void> {
  await rename(mine, `${finalPath}.part`).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/** Whether a file is the part of a download that nobody is at. */
export function isFreePartial(name: string): boolean {
  const end = name.lastIndexOf('.part');
  if (end === -1) return false;
  const free = name.slice(0, end + '.part'.length);
  return name === free || isAbandoned(name, free);
}

function isAbandoned(name: string, free: string): boolean {
  if (!name.startsWith(`${free}.`)) return false;
  const pid = Number(name.slice(free.length + 1).split('.')[0]);
  return Number.isInteger(pid) && pid > 0 && pid !== process.pid && !isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
