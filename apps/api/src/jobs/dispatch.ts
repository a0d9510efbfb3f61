import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Admission, type TaskQueue, type TaskRecords } from '@intermodal/pipeline';
import type { Logger } from 'pino';
import { LOG, QUEUE, TASKS } from '../parts.ts';

/** Tells the workers that there is work; best effort, and nobody waits for it: the sweeper finds what was not told. */
@Injectable()
export class Dispatch implements OnApplicationShutdown {
  readonly #admission: Admission;

  constructor(
    @Inject(TASKS) records: Pick<TaskRecords, 'admit'>,
    @Inject(QUEUE) queue: TaskQueue,
    @Inject(LOG) log: Logger,
  ) {
    this.#admission = new Admission({
      records,
      queue,
      onFailure: (error, stage) =>
        log.warn({ err: error, stage }, 'tasks were not sent; the sweeper will send them'),
    });
  }

  send(stages: readonly string[]): void {
    void this.#admission.open(stages);
  }

  onApplicationShutdown(): Promise<void> {
    return this.#admission.settled();
  }
}
