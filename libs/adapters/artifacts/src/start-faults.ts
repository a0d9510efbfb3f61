import { Readable } from 'node:stream';
import type { ArtifactStorage } from '@intermodal/config';
import { newUuid } from '@intermodal/contracts';
import type { ArtifactStore } from '@intermodal/pipeline';
import { openArtifactStore } from './open-artifact-store.ts';

const WITHIN_MS = 10_000;

/**
 * Why files cannot be kept in this store, each with its cure: it is opened, and a file of one byte is written, read and deleted. Where
 * a bucket or folder is missing that may be made, it is made, as when a process opens the store.
 */
export async function artifactStoreFaults(storage: ArtifactStorage): Promise<string[]> {
  const where =
    storage.kind === 's3' ? `S3_BUCKET '${storage.bucket}'` : `ARTIFACT_FOLDER '${storage.folder}'`;
  const signal = AbortSignal.timeout(WITHIN_MS);
  let step = 'opened';
  const work = async (): Promise<void> => {
    const store = await openArtifactStore(storage);
    try {
      await tryOut(store, signal, (next) => (step = next));
    } finally {
      await store.close();
    }
  };
  try {
    await Promise.race([work(), timedOut(signal)]);
    return [];
  } catch (error) {
    const cure =
      storage.kind === 's3'
        ? 'Make the bucket, mend S3_ENDPOINT, S3_REGION or the keys, or give their account the rights to list, read, write and delete there.'
        : 'Make the folder, and give it to the user of this process.';
    return [`${where} cannot be ${step}: ${(error as Error).message} ${cure}`];
  }
}

async function tryOut(
  store: ArtifactStore,
  signal: AbortSignal,
  begin: (step: string) => void,
): Promise<void> {
  const id = newUuid();
  begin('written to');
  await store.put(id, Readable.from([Buffer.from('.')]), { mediaType: 'text/plain', maxBytes: 1, signal });
  begin('read');
  const { body } = await store.open(id, { signal });
  body.resume();
  body.destroy();
  begin('deleted from');
  await store.delete(id);
}

const timedOut = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) =>
    signal.addEventListener('abort', () =>
      reject(new Error(`there was no answer within ${WITHIN_MS / 1_000} s.`)),
    ),
  );
