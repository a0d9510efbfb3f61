import { EventEmitter, once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { endChild, spawnBound } from '@intermodal/programs';
import type { BullBackend } from './bull-backend.ts';

export interface BullWorkerOptions {
  readonly queue: string;
  readonly backend: BullBackend;
  readonly concurrency: number;
  /** After so many it says what it saw. */
  readonly jobs: number;
}

export interface BullWorkerDone {
  /** From the first job that it began to the last that it completed. */
  readonly tookMs: number;
  /** How often a job of each name ran. */
  readonly processed: Readonly<Record<string, number>>;
}

export type BullWorkerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly message: string }
  | ({ readonly type: 'done' } & BullWorkerDone);

/** The program is built beside this file; both end together, however this one ends. */
const PROGRAM = join(import.meta.dirname, `bull-worker-child${import.meta.filename.slice(-3)}`);

export class BullWorkerProcess implements AsyncDisposable {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #heard = new EventEmitter();

  /** Resolves when it takes jobs. */
  static async start(options: BullWorkerOptions): Promise<BullWorkerProcess> {
    const child = spawnBound(process.execPath, [PROGRAM, JSON.stringify(options)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const started = new BullWorkerProcess(child);
    await once(started.#heard, 'ready');
    return started;
  }

  /** What it did; rejects when a job failed or the process ended before. */
  readonly done: Promise<BullWorkerDone>;

  private constructor(child: ChildProcess) {
    this.pid = child.pid!;
    this.#child = child;
    this.done = new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        reject(error);
        this.#heard.emit('error', error);
      };
      child.on('message', (message: BullWorkerMessage) => {
        if (message.type === 'done') resolve(message);
        else if (message.type === 'failed') fail(new Error(message.message));
        else this.#heard.emit('ready');
      });
      child.once('error', fail);
      child.once('exit', (code) => fail(new Error(`BullMQ's worker ended with ${code}.`)));
    });
    // Whoever wants to know waits for `done`, or for the start.
    this.done.catch(() => {});
    this.#heard.on('error', () => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await endChild(this.#child, { signal: 'SIGTERM', patienceMs: 10_000 });
  }
}
