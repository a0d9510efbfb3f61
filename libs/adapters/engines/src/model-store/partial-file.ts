import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * The unfinished part of a download, owned by one process at a time. Free parts are named `<file>.part`, owned ones
 * `<file>.part.<pid>.<uuid>`; renaming takes ownership, because only one of two renames succeeds. A part whose process has
 * ended is free.
 */
export async function claimPartial(finalPath: string): Promise<string> {
  await mkdir(dirname(finalPath), { recursive: true });
  const mine = `${finalPath}.part.${process.pid}.${randomUUID()}`;
  for (const path of await freePartials(finalPath)) {
    try {
      await rename(path, mine);
      return mine;
    } catch (error) {
      // Another process was faster.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return mine;
}

/** The paths of parts that a download of this file can go on with. */
export async function freePartials(finalPath: string): Promise<string[]> {
  const folder = dirname(finalPath);
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const free = `${basename(finalPath)}.part`;
  return names.filter((name) => name === free || isAbandoned(name, free)).map((name) => join(folder, name));
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
