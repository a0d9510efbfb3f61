import { mkdirSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LocalFile } from '@intermodal/contracts';

/** Folders of tasks, one below this process's own, so that what a killed process left can be told from what is in use. */
export class Scratch {
  readonly #root: string;
  readonly #own: string;

  constructor(root: string, processId: number, workerId: string) {
    this.#root = root;
    this.#own = join(root, `${processId}-${workerId}`);
  }

  /** Removes what processes that are gone left behind. */
  async clean(isAlive: (processId: number) => boolean): Promise<void> {
    await mkdir(this.#root, { recursive: true });
    for (const name of await readdir(this.#root)) {
      const processId = Number(/^(\d+)-/.exec(name)?.[1] ?? NaN);
      const isLeftover = Number.isNaN(processId) ? false : !isAlive(processId) || processId === process.pid;
      if (isLeftover && join(this.#root, name) !== this.#own)
        await rm(join(this.#root, name), { recursive: true, force: true });
    }
  }

  /** Nothing is made before something is put into it: most tasks of texts and numbers need no folder. */
  open(taskId: string, attempt: number): TaskScratch {
    return new TaskScratch(join(this.#own, `${taskId}-${attempt}`));
  }

  async remove(): Promise<void> {
    await rm(this.#own, { recursive: true, force: true });
  }
}

export class TaskScratch implements AsyncDisposable {
  readonly #folder: string;
  readonly #made = new Set<string>();
  #count = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A path for an input. The user's name is for people only: it never becomes part of a path. */
  inputPath(): string {
    return join(this.#make('in'), String(this.#count++));
  }

  output(name: string, mediaType: string): LocalFile {
    const file = basename(name).replaceAll(/[^\w.-]/g, '_') || 'file';
    return new LocalFile(join(this.#make('out'), `${this.#count++}-${file}`), mediaType, file);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#made.size > 0) await rm(this.#folder, { recursive: true, force: true });
  }

  #make(name: 'in' | 'out'): string {
    const folder = join(this.#folder, name);
    if (!this.#made.has(name)) mkdirSync(folder, { recursive: true });
    this.#made.add(name);
    return folder;
  }
}
