import { Controller, Inject, Res } from '@nestjs/common';
import type { Health } from '@intermodal/contracts';
import type { ArtifactStore, TaskQueue } from '@intermodal/pipeline';
import { checkHealth } from '@intermodal/process';
import type { FastifyReply } from 'fastify';
import { Operation } from '../http/operation.ts';
import { CHECK_RECORDS, QUEUE, STORE } from '../parts.ts';

@Controller()
export class HealthController {
  readonly #checkRecords: () => Promise<void>;
  readonly #queue: TaskQueue;
  readonly #store: ArtifactStore;

  constructor(
    @Inject(CHECK_RECORDS) checkRecords: () => Promise<void>,
    @Inject(QUEUE) queue: TaskQueue,
    @Inject(STORE) store: ArtifactStore,
  ) {
    this.#checkRecords = checkRecords;
    this.#queue = queue;
    this.#store = store;
  }

  @Operation('livez')
  live() {
    return { status: 'alive' };
  }

  @Operation('readyz')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Health> {
    const health = await checkHealth({
      records: this.#checkRecords,
      queue: () => this.#queue.check(),
      store: () => this.#store.check(),
    });
    if (health.status === 'unavailable') void reply.status(503);
    return health;
  }
}
