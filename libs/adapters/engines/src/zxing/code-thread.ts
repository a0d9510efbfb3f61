import { Worker } from 'node:worker_threads';
import { IntermodalError } from '@intermodal/contracts';
import type { Pixels, ReadCode } from '@intermodal/models';
import { untilAborted } from '../until-aborted.ts';

// Run from source under the tests, and from dist otherwise: the thread is of the same kind as this file.
const fromSource = import.meta.url.endsWith('.ts');
const childUrl = new URL(fromSource ? './zxing-child.ts' : './zxing-child.js', import.meta.url);

type Answer = readonly ReadCode[];

/**
 * The thread that looks for codes: a look takes up to a second, for which this thread would serve nobody. WebAssembly may be
 * ended in the middle without harm, so an abort ends the thread and the next call starts another. Calls take turns.
 */
export class CodeThread {
  #worker: Worker | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** @throws the reason of `signal`; IntermodalError `stage.crashed` when the thread ends */
  read(image: Pixels, signal: AbortSignal): Promise<Answer> {
    const mine = this.#turn.then(() => this.#readNow(image, signal));
    this.#turn = mine.catch(() => {});
    return untilAborted(mine, signal);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#end();
    await this.#turn;
  }

  async #readNow(image: Pixels, signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted();
    if (this.#closed) throw new Error('The reader of codes is closed.');
    const worker = (this.#worker ??= new Worker(childUrl));
    const stop = () => void this.#end();
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await ask(worker, image);
    } catch (error) {
      await this.#end();
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async #end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}

function ask(worker: Worker, image: Pixels): Promise<Answer> {
  return new Promise<Answer>((resolve, reject) => {
    const ended = (cause?: unknown) =>
      reject(
        new IntermodalError('stage.crashed', 'The thread that reads codes ended unexpectedly.', { cause }),
      );
    worker.removeAllListeners();
    worker.once('message', resolve);
    worker.once('error', ended);
    worker.once('exit', () => ended());
    worker.postMessage(image);
  });
}
