import { Inject, Injectable } from '@nestjs/common';
import { FINAL_JOB_STATES } from '@intermodal/contracts';
import type { JobRecords, JobRow } from '@intermodal/pipeline';
import { News } from '../events/news.ts';
import { JOBS } from '../parts.ts';

/** Announcements are best effort: without them a job's end is seen this much later. */
const POLL_MS = 1_000;

/** Waits for jobs to end: woken by announcements, and looking each second in case there are none. */
@Injectable()
export class JobWaiter {
  readonly #jobs: JobRecords;
  readonly #news: News;

  constructor(@Inject(JOBS) jobs: JobRecords, @Inject(News) news: News) {
    this.#jobs = jobs;
    this.#news = news;
  }

  /** @returns the job as it is when it is final, when the time is over, or when the signal aborts */
  async wait(
    tenantId: string,
    jobId: string,
    durationMs: number,
    signal: AbortSignal,
  ): Promise<JobRow | undefined> {
    const deadline = AbortSignal.any([signal, this.#news.closing, AbortSignal.timeout(durationMs)]);
    using watch = this.#news.watch(jobId);
    for (;;) {
      const row = await this.#jobs.get(tenantId, jobId);
      if (!row || FINAL_JOB_STATES.includes(row.state) || deadline.aborted) return row;
      // What is told of its tasks meanwhile changes nothing here.
      const wakeMs = performance.now() + POLL_MS;
      for (let leftMs = POLL_MS; leftMs > 0 && !deadline.aborted; leftMs = wakeMs - performance.now())
        if ((await watch.next(leftMs, deadline)).has('changed')) break;
    }
  }
}
