import type { IntermodalClient } from '@intermodal/client';
import type { AnswerOf, QueryOf } from '@intermodal/contracts';

/**
 * Jobs, the newest first, until there are as many as `limit` or no more. A page of the API looks at so many jobs only: it may have
 * few that fit, or none, before the one that has them.
 */
export async function newestJobs(
  client: IntermodalClient,
  filter: QueryOf<'listJobs'> & { readonly limit: number },
  signal: AbortSignal,
): Promise<AnswerOf<'listJobs'>> {
  let { jobs, next } = await client.jobs.list(filter, { signal });
  while (next !== null && jobs.length < filter.limit) {
    const page = await client.jobs.list(
      { ...filter, cursor: next, limit: filter.limit - jobs.length },
      { signal },
    );
    jobs = [...jobs, ...page.jobs];
    ({ next } = page);
  }
  return { jobs, next };
}
