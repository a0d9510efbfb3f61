import { Readable } from 'node:stream';
import type { ArtifactStore } from '@intermodal/pipeline';
import { expect, test } from 'vitest';
import { countedStore } from './counted-store.ts';
import { openMetrics } from './open-metrics.ts';

test('counts what is stored and what is asked for, ranges by their length', async () => {
  const metrics = openMetrics({ from: 'api' });
  const signal = new AbortController().signal;
  const store = countedStore(
    {
      put: async () => ({ bytes: 7, sha256: '' }),
      open: async () => ({ body: Readable.from([]), bytes: 100 }),
    } as unknown as ArtifactStore,
    metrics,
  );
  await store.put('id', Readable.from([]), { mediaType: 'text/plain', maxBytes: 9, signal });
  await store.open('id', { signal });
  await store.open('id', { range: { first: 10, last: 19 }, signal });
  await store.open('id', { range: { first: 90, last: 500 }, signal });
  const { body } = await metrics.answer();
  expect(body).toContain('intermodal_artifact_bytes_total{direction="out"} 7');
  expect(body).toContain('intermodal_artifact_bytes_total{direction="in"} 120');
});
