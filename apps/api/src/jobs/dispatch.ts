import { setTimeout as after } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Delivery, TaskQueue } from '@intermodal/pipeline';
import type { Logger } from 'pino';
import { LOG, QUEUE } from '../parts.ts';

/** How long a submit waits for the queue. The records have the job; the sweeper sends what was not sent. */
const SEND_TIMEOUT_MS = 500;

/** Tells the workers what became ready; best effort. */
@Injectable()
export class Dispatch {
  readonly #queue: TaskQueue;
  readonly #log: Logger;

  constructor(@Inject(QUEUE) queue: TaskQueue, @Inject(LOG) log: Logger) {
    this.#queue = queue;
    this.#log = log;
  }

  async send(ready: readonly Delivery[]): Promise<void> {
    if (ready.length === 0) return;
    const timer = new AbortController();
    const late = after(SEND_TIMEOUT_MS, undefined, { signal: timer.signal }).then(() => {
      throw new Error(`The queue took longer than ${SEND_TIMEOUT_MS} ms.`);
    });
    try {
      await Promise.race([this.#queue.send(ready), late]);
    } catch (error) {
      this.#log.warn({ err: error, tasks: ready.length }, 'tasks were not sent; the sweeper will send them');
    } finally {
      late.catch(() => {});
      timer.abort();
    }
  }
}
