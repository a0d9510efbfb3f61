import { IntermodalClient } from '@intermodal/client';
import { expect, it } from 'vitest';
import { newestJobs } from './newest-jobs.ts';

const { signal } = new AbortController();

/** An API that has these pages, and what it was asked. */
function apiOf(...pages: readonly { jobs: readonly { id: string }[]; next: string | null }[]) {
  const asked: Record<string, string>[] = [];
  const fetch = async (url: string | URL | Request): Promise<Response> => {
    asked.push(Object.fromEntries(new URL(String(url)).searchParams));
    return Response.json(pages[asked.length - 1]);
  };
  return { asked, client: new IntermodalClient({ url: 'http://api', key: 'k', fetch, attempts: 1 }) };
}
const [a, b, c] = [{ id: 'a' }, { id: 'b' }, { id: 'c' }] as const;

it('goes on behind pages that have less than was asked for', async () => {
  const { client, asked } = apiOf(
    { jobs: [a], next: 'n1' },
    { jobs: [], next: 'n2' },
    { jobs: [b, c], next: 'n3' },
  );
  const found = await newestJobs(client, { pipeline: 'p', cursor: 'n0', limit: 3 }, signal);
  expect(found).toEqual({ jobs: [a, b, c], next: 'n3' });
  expect(asked).toEqual([
    { pipeline: 'p', cursor: 'n0', limit: '3' },
    { pipeline: 'p', cursor: 'n1', limit: '2' },
    { pipeline: 'p', cursor: 'n2', limit: '2' },
  ]);
});

it('ends where there are no more', async () => {
  const { client, asked } = apiOf({ jobs: [], next: 'n1' }, { jobs: [a], next: null });
  expect(await newestJobs(client, { limit: 3 }, signal)).toEqual({ jobs: [a], next: null });
  expect(asked).toHaveLength(2);
});
