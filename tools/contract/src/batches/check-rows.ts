import type { BatchResult } from '@intermodal/client';
import { idOf, isBad } from './make-rows.ts';

/** What is wrong with the results of a batch of `makeLines(rows)`: nothing, when each row is there once and in its place. */
export async function faultsIn(results: AsyncIterable<BatchResult>, rows: number): Promise<string[]> {
  const faults: string[] = [];
  const lines = new Set<number>();
  const ids = new Map<string, number>();
  const jobs = new Set<string>();
  let before = 0;
  for await (const { line, custom_id: customId, status, job } of results) {
    if (line <= before) faults.push(`line ${line} comes after line ${before}`);
    before = line;
    if (lines.has(line)) faults.push(`line ${line} is there twice`);
    lines.add(line);
    if (line < 1 || line > rows) faults.push(`line ${line} was not sent`);
    if ((status === 'invalid') !== isBad(line)) faults.push(`line ${line} is ${status}`);
    if (status === 'invalid') continue;
    if (customId !== idOf(line)) faults.push(`line ${line} is ${customId}, not ${idOf(line)}`);
    const first = ids.get(customId ?? '');
    if (first !== undefined) faults.push(`${customId} is there twice, on lines ${first} and ${line}`);
    ids.set(customId ?? '', line);
    if (job === undefined || jobs.has(job)) faults.push(`line ${line} has no job of its own`);
    jobs.add(job ?? '');
  }
  for (let line = 1; line <= rows; line++) if (!lines.has(line)) faults.push(`line ${line} is missing`);
  return faults;
}
