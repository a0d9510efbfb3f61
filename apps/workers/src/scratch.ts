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

  async open(taskId: string, attempt: number): Promise<TaskScratch> {
    const folder = join(this.#own, `${taskId}-${attempt}`);
    await mkdir(join(folder, 'in'), { recursive: true });
    await mkdir(join(folder, 'out'));
    return new TaskScratch(folder);
  }

  async remove(): Promise<void> {
    await rm(this.#own, { recursive: true, force: true });
  }
}

export class TaskScratch implements AsyncDisposable {
  readonly #folder: string;
  #count = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A path for an input. The user's name is for people only: it never becomes part of a path. */
  inputPath(): string {
    return join(this.#folder, 'in', String(this.#count++));
  }

  output(name: string, mediaType: string): LocalFile {
    const file = basename(name).replaceAll(/[^\w.-]/g, '_') || 'file';
    return new LocalFile(join(this.#folder, 'out', `${this.#count++}-${file}`), mediaType, file);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
