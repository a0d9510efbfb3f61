import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { ArtifactStore } from '@intermodal/pipeline';
import pMap from 'p-map';
import type { Violation } from './law.ts';
import type { ArtifactFact, RunRecord } from './record.ts';

/** All at once would wait for connections longer than the store allows. */
const AT_A_TIME = 16;

/** L4: reads every artifact from the store itself. */
export async function checkArtifacts({ artifacts }: RunRecord, store: ArtifactStore): Promise<Violation[]> {
  const look = (artifact: ArtifactFact) => problemOf(artifact, store);
  const problems = await pMap(artifacts, look, { concurrency: AT_A_TIME });
  return problems.flatMap((what) => (what === undefined ? [] : [{ law: 'L4', what }]));
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
