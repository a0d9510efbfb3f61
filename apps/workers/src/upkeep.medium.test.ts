import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { openArtifactStore } from '@intermodal/artifacts';
import { newUuid } from '@intermodal/contracts';
import type { UpkeepRecords } from '@intermodal/pipeline';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { StoreOwnership } from './store-ownership.ts';
import { tidyUp } from './upkeep.ts';

const HOUR_MS = 3_600_000;

test('old bytes that no row knows go; known ones and young ones stay, and what is not ours', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'intermodal-upkeep-'));
  const store = await openArtifactStore({ kind: 'folder', folder });
  const put = async (ageMs: number): Promise<string> => {
    const id = `${newUuid().slice(0, -2)}00`;
    const options = { mediaType: 'text/plain', maxBytes: 10, signal: new AbortController().signal };
    await store.put(id, Readable.from(['x']), options);
    const at = new Date(Date.now() - ageMs);
    await utimes(join(folder, '00', id), at, at);
    return id;
  };
  const [orphan, known, young, unneeded] = [
    await put(25 * HOUR_MS),
    await put(25 * HOUR_MS),
    await put(23 * HOUR_MS),
    await put(0),
  ];
  const database = newUuid();
  const left: unknown[] = [];
  const records: UpkeepRecords = {
    countUsage: async () => false,
    deleteOldAudit: async () => {},
    deleteOld: async () => [unneeded, unneeded],
    endedUploads: async () => [],
    forgetUpload: async () => {},
    takeObjects: async () => ({ prefix: '00' }),
    leaveObjects: async (next) => void left.push(next),
    unknownArtifacts: async (ids) => ids.filter((id) => id !== known),
    databaseId: async () => database,
  };
  const log = pino({ level: 'silent' });
  const ownership = new StoreOwnership({ records, store, log });
  await tidyUp({ records, store, ownership, keepFinishedMs: 1, keepAuditMs: 0, orphanAgeMs: 0, log });
  await tidyUp({ records, store, ownership, keepFinishedMs: 1, keepAuditMs: 0, orphanAgeMs: 0, log });
  expect((await readdir(join(folder, '00'))).sort()).toEqual([orphan, known, young].sort());
  expect(left.splice(0)).toEqual([{ prefix: '00' }, { prefix: '00' }]);
  await tidyUp({
    records,
    store,
    ownership,
    keepFinishedMs: 1,
    keepAuditMs: 0,
    orphanAgeMs: 24 * HOUR_MS,
    log,
  });
  expect((await readdir(join(folder, '00'))).sort()).toEqual([known, young].sort());
  expect(left).toEqual([{ prefix: '01' }]);
  await store.close();
  await rm(folder, { recursive: true });
});
