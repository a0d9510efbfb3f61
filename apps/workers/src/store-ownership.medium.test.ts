import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { openArtifactStore } from '@intermodal/artifacts';
import { newUuid, showId } from '@intermodal/contracts';
import type { ArtifactStore } from '@intermodal/pipeline';
import { LOCAL_TENANT, openRecords, type Records } from '@intermodal/records';
import { createDatabase } from '@intermodal/testing';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StoreOwnership } from './store-ownership.ts';
import { tidyUp } from './upkeep.ts';

const HOUR_MS = 3_600_000;
const signal = new AbortController().signal;
let folder: string;
let store: ArtifactStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-owner-'));
  store = await openArtifactStore({ kind: 'folder', folder });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const files = async () => (await readdir(join(folder, '00'))).sort();

/** A file of 25 hours ago; known to the records, if given. */
async function oldFile(records?: Records): Promise<string> {
  const id = `${newUuid().slice(0, -2)}00`;
  await store.put(id, Readable.from(['x']), { mediaType: 'text/plain', maxBytes: 10, signal });
  const at = new Date(Date.now() - 25 * HOUR_MS);
  await utimes(join(folder, '00', id), at, at);
  const ref = {
    id: showId('artifact', id),
    ...{ mediaType: 'text/plain', bytes: 1, sha256: 'a'.repeat(64) },
  };
  await records?.artifacts.add(LOCAL_TENANT, ref);
  return id;
}

/** A worker of a database of its own, that tidies up the same stretch in every round. */
async function installation() {
  const database = await createDatabase();
  const records = openRecords({ databaseUrl: database.url, connections: 2 });
  await records.migrate();
  const upkeep = { ...records.upkeep, takeObjects: async () => ({ prefix: '00' }) };
  const told: { level: number; others?: string[] }[] = [];
  const log = pino({}, { write: (line: string) => void told.push(JSON.parse(line)) });
  const ownership = new StoreOwnership({ records: upkeep, store, log });
  return {
    records,
    id: await upkeep.databaseId(),
    round: (orphanAgeMs = 24 * HOUR_MS) =>
      tidyUp({
        ...{ store, ownership, log },
        records: upkeep,
        keepFinishedMs: 0,
        keepAuditMs: 0,
        orphanAgeMs,
      }),
    errors: () => told.filter(({ level }) => level >= 40),
    async [Symbol.asyncDispose]() {
      await records.close();
      await database.drop();
    },
  };
}

test('two databases that begin at once in one store delete nothing in it, and each says so once', async () => {
  await using first = await installation();
  await using second = await installation();
  expect(first.id).not.toBe(second.id);
  const kept = [await oldFile(first.records), await oldFile(second.records), await oldFile()].sort();
  for (let round = 0; round < 3; round += 1) await Promise.all([first.round(), second.round()]);
  expect(await files()).toEqual(kept);
  expect(first.errors()).toMatchObject([{ level: 50, others: [second.id] }]);
  expect(second.errors()).toMatchObject([{ level: 50, others: [first.id] }]);
});

test('one that comes later, or never collects, is not robbed either; alone again, orphans go', async () => {
  await using first = await installation();
  const own = await oldFile(first.records);
  await first.round();
  await using late = await installation();
  const theirs = await oldFile(late.records);
  await late.round(0);
  for (let round = 0; round < 2; round += 1) await first.round();
  expect(await files()).toEqual([own, theirs].sort());
  // The cure that the sentence names.
  await rm(join(folder, 'intermodal-databases', late.id));
  await first.round();
  expect(await files()).toEqual([own]);
  expect(first.errors()).toHaveLength(1);
});
