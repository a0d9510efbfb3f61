import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface FolderLock {
  release(): Promise<void>;
}

/** Another living process holds the folder. */
export class FolderHeldError extends Error {
  override readonly name = 'FolderHeldError';
  readonly pid: number;
  constructor(folder: string, pid: number, url: string | undefined) {
    super(
      `Process ${pid} runs Intermodal on ${folder} already` +
        `${url === undefined ? '' : `, at ${url}`}. End it with: kill ${pid}, or choose another folder with --data-dir.`,
    );
    this.pid = pid;
  }
}

interface Holder {
  readonly pid: number;
  /** From the kernel, in clock ticks since boot: the same pid with another start is another process. */
  readonly started: string;
}

/**
 * One stack per folder. The lock of a killed process does not count.
 * @throws FolderHeldError
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, 'lock');
  const own = `${path}.${process.pid}`;
  const content = JSON.stringify({ pid: process.pid, started: await startOf(process.pid) } satisfies Holder);
  await writeFile(own, content);
  try {
    for (;;) {
      try {
        // Unlike a rename, a link fails when the name is taken.
        await link(own, path);
        return { release: () => rm(path, { force: true }) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = await readHolder(path);
      if (holder && (await isRunning(holder))) {
        throw new FolderHeldError(folder, holder.pid, await urlOf(folder));
      }
      await rm(path, { force: true });
    }
  } finally {
    await rm(own, { force: true });
  }
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

async function isRunning(holder: Holder): Promise<boolean> {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it lives, as another user's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return (await startOf(holder.pid)) === holder.started;
}

/** Empty where there is no /proc: there a pid alone must do. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  // The name in brackets may hold blanks; the start is field 22, the 20th after it.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

async function urlOf(folder: string): Promise<string | undefined> {
  try {
    return (JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as { url?: string }).url;
  } catch {
    return undefined;
  }
}
