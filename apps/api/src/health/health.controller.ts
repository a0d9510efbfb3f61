import { Controller, Inject, Res } from '@nestjs/common';
import type { Health } from '@intermodal/contracts';
import type { ArtifactStore, TaskQueue } from '@intermodal/pipeline';
import type { FastifyReply } from 'fastify';
import { Operation } from '../http/operation.ts';
import { CHECK_RECORDS, QUEUE, STORE } from '../parts.ts';

/** A check that takes longer than this has failed: a probe must not hang with what it probes. */
const CHECK_TIMEOUT_MS = 2_000;

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
    const [records, queue, store] = await Promise.all([
      outcome(this.#checkRecords, 'the records cannot be reached'),
      outcome(() => this.#queue.check(), 'the queue cannot be reached'),
      outcome(() => this.#store.check(), 'the artifact store cannot be reached'),
    ]);
    if (!records.ok) void reply.status(503);
    const status = !records.ok ? 'unavailable' : queue.ok && store.ok ? 'ready' : 'degraded';
    return { status, checks: { records, queue, store } };
  }
}

/** The problem is a fixed phrase: this route asks for no key, and errors may name hosts. */
async function outcome(
  check: () => Promise<void>,
  problem: string,
): Promise<{ ok: boolean; problem?: string }> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('too slow')), CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([check(), late]);
    return { ok: true };
  } catch {
    return { ok: false, problem };
  } finally {
    clearTimeout(timer);
  }
}
