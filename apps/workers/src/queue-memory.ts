import type { TaskQueue, TaskRecords } from '@intermodal/pipeline';

/** Redis is asked this often, by all processes together. */
const EVERY_MS = 1_000;

/**
 * Tells when the transport went back in time: it was emptied, or restored from an older copy. What it was sent is gone then,
 * and nobody will claim it. What it forgot within the last second or so goes unnoticed; that is sent again when its time is over.
 */
export class QueueMemory {
  readonly #records: Pick<TaskRecords, 'nextQueueMark' | 'confirmQueueMark' | 'queueForgot'>;
  readonly #queue: Pick<TaskQueue, 'keepMark'>;
  readonly #everyMs: number;

  constructor(
    records: Pick<TaskRecords, 'nextQueueMark' | 'confirmQueueMark' | 'queueForgot'>,
    queue: Pick<TaskQueue, 'keepMark'>,
    everyMs = EVERY_MS,
  ) {
    this.#records = records;
    this.#queue = queue;
    this.#everyMs = everyMs;
  }

  /** Undefined when nothing was forgotten; else stages whose tasks wait to be sent again, unless another process saw to it. */
  async check(): Promise<string[] | undefined> {
    const next = await this.#records.nextQueueMark(this.#everyMs);
    if (!next) return undefined;
    const before = await this.#queue.keepMark(next.mark, next.confirmed);
    if (before < next.confirmed) return this.#records.queueForgot(next.losses);
    await this.#records.confirmQueueMark(Math.max(next.mark, before));
    return undefined;
  }
}
