import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { ArtifactStore } from '@intermodal/pipeline';
import type { Violation } from './law.ts';
import type { ArtifactFact, RunRecord } from './record.ts';

/** All at once would wait for connections longer than the store allows. */
const AT_A_TIME = 16;

/** L4: reads every artifact from the store itself. */
export async function checkArtifacts({ artifacts }: RunRecord, store: ArtifactStore): Promise<Violation[]> {
  const problems: string[] = [];
  const queue = [...artifacts];
  const lane = async (): Promise<void> => {
    for (let next = queue.pop(); next; next = queue.pop()) {
      const problem = await problemOf(next, store);
      if (problem !== undefined) problems.push(problem);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, lane));
  return problems.map((what) => ({ law: 'L4', what }));
}

async function problemOf(artifact: ArtifactFact, store: ArtifactStore): Promise<string | undefined> {
  try {
    const hash = createHash('sha256');
    const { body } = await store.open(artifact.id, { signal: AbortSignal.timeout(30_000) });
    await pipeline(body, hash);
    return hash.digest('hex') === artifact.sha256
      ? undefined
      : `artifact ${artifact.id} has other bytes than its record says`;
  } catch (error) {
    return `artifact ${artifact.id} cannot be read: ${(error as Error).message}`;
  }
}
