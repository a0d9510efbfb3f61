import { setTimeout as after } from 'node:timers/promises';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { FINAL_JOB_STATES } from '@intermodal/contracts';
import type { JobRecords, JobRow, TaskQueue } from '@intermodal/pipeline';
import type { Logger } from 'pino';
import { JOBS, LOG, QUEUE } from '../parts.ts';

/** Announcements are best effort: without them a job's end is seen this much later. */
const POLL_MS = 1_000;
const LISTEN_AGAIN_MS = 5_000;

/** Waits for jobs to end: woken by announcements, and looking each second in case there are none. */
@Injectable()
export class JobWaiter implements OnModuleInit, BeforeApplicationShutdown {
  readonly #jobs: JobRecords;
  readonly #queue: TaskQueue;
  readonly #log: Logger;
  readonly #sleepers = new Map<string, Set<() => void>>();
  readonly #closing = new AbortController();
  #listening: Promise<void> = Promise.resolve();

  constructor(@Inject(JOBS) jobs: JobRecords, @Inject(QUEUE) queue: TaskQueue, @Inject(LOG) log: Logger) {
    this.#jobs = jobs;
    this.#queue = queue;
    this.#log = log;
  }

  onModuleInit(): void {
    this.#listening = this.#listen(this.#closing.signal);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#closing.abort();
    await this.#listening;
  }

  /** @returns the job as it is when it is final, when the time is over, or when the signal aborts */
  async wait(
    tenantId: string,
    jobId: string,
    durationMs: number,
    signal: AbortSignal,
  ): Promise<JobRow | undefined> {
    const deadline = AbortSignal.any([signal, this.#closing.signal, AbortSignal.timeout(durationMs)]);
    for (;;) {
      const row = await this.#jobs.get(tenantId, jobId);
      if (!row || FINAL_JOB_STATES.includes(row.state) || deadline.aborted) return row;
      await this.#sleep(jobId, deadline);
    }
  }

  /** Until the job is announced, a second is over, or the signal aborts. */
  async #sleep(jobId: string, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    const wake = () => woken.abort();
    const sleepers = this.#sleepers.get(jobId) ?? new Set();
    this.#sleepers.set(jobId, sleepers.add(wake));
    try {
      await after(POLL_MS, undefined, { signal: AbortSignal.any([signal, woken.signal]) });
    } catch {
      // Woken early, which is what was hoped for.
    } finally {
      sleepers.delete(wake);
      if (sleepers.size === 0) this.#sleepers.delete(jobId);
    }
  }

  async #listen(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const listener = await this.#queue.listen((jobId) => {
          for (const wake of this.#sleepers.get(jobId) ?? []) wake();
        });
        await new Promise<void>((resolve) => {
          if (signal.aborted) resolve();
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
        await listener.close();
      } catch (error) {
        this.#log.warn({ err: error }, 'announcements cannot be heard; jobs are looked at each second');
        await after(LISTEN_AGAIN_MS, undefined, { signal }).catch(() => {});
      }
    }
  }
}
