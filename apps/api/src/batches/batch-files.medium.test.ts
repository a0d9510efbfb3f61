import { parseId, type ArtifactRef } from '@intermodal/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type RunningApi } from '../api.testing.ts';
import { AskedBatches, batchOf, goodRow } from './batches.testing.ts';

let api: RunningApi;
let audio: ArtifactRef;
let batches: AskedBatches;
beforeAll(async () => {
  api = await startApi({ limits: { uploadMaxBytes: 20_000_000 } });
  batches = new AskedBatches(api);
  audio = await batches.uploadAudio();
});
afterAll(() => api[Symbol.asyncDispose]());

const good = (custom_id: string, more: object = {}) => goodRow(audio, custom_id, more);

describe('a batch in a file', () => {
  it('is taken as JSON lines, sent or uploaded, with the lines counted as they stand', async () => {
    const text = `\uFEFF${JSON.stringify(good('a'))}\r\n\n{"custom_id": "b", \n${JSON.stringify(good('c'))}`;
    const sent = await batches.sendLines(text, 'pipeline=listen@1');
    const uploaded = await batches.post({ pipeline: 'listen@1', artifact: await batches.upload(text) });
    for (const response of [sent, uploaded]) {
      expect(response.status).toBe(202);
      const accepted = await batchOf(response);
      expect(accepted).toMatchObject({ status: 'validating', counts: { total: 3 } });
      const batch = await batches.read(accepted.id);
      expect(batch).toMatchObject({
        ...{ pipeline: 'listen@1', status: 'queued' },
        counts: { total: 3, queued: 2, invalid: 1, unread: 0 },
      });
      expect(batch.errors).toMatchObject([
        { line: 3, code: 'input.invalid', message: expect.stringMatching(/^Line 3 is not JSON/) },
      ]);
      expect((await batches.rows(batch.id, 'results')).map(({ line }) => line)).toEqual([1, 3, 4]);
      expect(await batches.rows(batch.id, 'errors')).toMatchObject([{ line: 3, status: 'invalid' }]);
    }
  });

  it('says of each line of a file what is wrong with it, and of a doubled custom_id where it stood first', async () => {
    const long = JSON.stringify(good('long', { metadata: { x: 'y'.repeat(1_000_000) } }));
    const lines: (string | Buffer)[] = [
      JSON.stringify(good('a')),
      '7',
      Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]),
      long,
      '[[[',
      JSON.stringify(good('nul', { metadata: { x: '\0' } })),
      // Far enough apart to be read in two stretches.
      ...Array.from({ length: 300 }, (_, i) => JSON.stringify(good(`n${i}`))),
      JSON.stringify(good('a')),
    ];
    const text = Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')]));
    const { id } = await batchOf(batches.sendLines(text));
    const batch = await batches.read(id);
    expect(batch).toMatchObject({ status: 'queued', counts: { total: 307, queued: 301, invalid: 6 } });
    expect(batch.errors.map(({ line, code, message }) => [line, code, message])).toEqual([
      [2, 'input.invalid', expect.stringMatching(/^row: .*object/)],
      [3, 'input.invalid', 'Line 3 is not UTF-8.'],
      [4, 'input.too_large', expect.stringMatching(/^Line 4 is longer than 1000000 bytes/)],
      [5, 'input.invalid', expect.stringMatching(/^Line 5 is not JSON/)],
      [6, 'input.invalid', expect.stringMatching(/null character/)],
      [307, 'input.invalid', "row.custom_id: 'a' is used on line 1 already."],
    ]);
  });

  it('of 10,000 rows is accepted at once, and read while others are served', async () => {
    const rows = Array.from({ length: 10_000 }, (_, i) => JSON.stringify(good(`row ${i}`)));
    const startedMs = performance.now();
    const accepted = await batchOf(batches.sendLines(rows.join('\n')));
    const acceptedMs = performance.now() - startedMs;
    expect(accepted).toMatchObject({ status: 'validating', counts: { total: 10_000 } });
    const unread: number[] = [];
    const batch = await batches.read(accepted.id, ({ counts }) => void unread.push(counts.unread));
    expect(batch.counts).toMatchObject({ total: 10_000, queued: 10_000, invalid: 0, unread: 0 });
    expect(unread).toEqual(unread.toSorted((a, b) => b - a));
    expect(unread.some((rest) => rest > 0 && rest < 10_000)).toBe(true);
    expect((await batches.rows(batch.id, 'results')).map(({ custom_id }) => custom_id)).toEqual(
      rows.map((_, i) => `row ${i}`),
    );
    console.info(
      `10,000 rows accepted in ${Math.round(acceptedMs)} ms, read in ${Math.round(performance.now() - startedMs)} ms`,
    );
  }, 60_000);

  it('is cancelled while its file is being read', async () => {
    const rows = Array.from({ length: 5_000 }, (_, i) => JSON.stringify(good(`row ${i}`)));
    const { id } = await batchOf(batches.sendLines(rows.join('\n')));
    const cancelled = await batchOf(api.ask(`/v1/batches/${id}/cancel`, { method: 'POST' }));
    expect(cancelled).toMatchObject({ status: 'cancelled', percent: 100 });
    const { total, unread, cancelled: ended } = cancelled.counts;
    expect([total, unread + ended]).toEqual([5_000, 5_000]);
    expect(await batches.get(id)).toEqual(cancelled);
  });

  it('of one key is the same batch, by the content of its file; another content is refused', async () => {
    const headers = { 'idempotency-key': 'lines-1' };
    const text = JSON.stringify(good('a'));
    const first = await batchOf(batches.sendLines(text, 'pipeline=listen', headers));
    expect((await batchOf(batches.sendLines(text, 'pipeline=listen', headers))).id).toBe(first.id);
    expect(
      (await batchOf(batches.post({ pipeline: 'listen', artifact: await batches.upload(text) }, headers))).id,
    ).toBe(first.id);
    const other = await batches.sendLines(JSON.stringify(good('b')), 'pipeline=listen', headers);
    expect(await other.json()).toMatchObject({ status: 422, code: 'idempotency.conflict' });
  });

  it('fails as a whole when its file cannot be read to the end', async () => {
    const artifact = await batches.upload(JSON.stringify(good('a')));
    await api.store.delete(parseId('artifact', artifact)!);
    const gone = await batches.post({ pipeline: 'listen', artifact });
    expect(await gone.json()).toMatchObject({ status: 404, code: 'artifact.not_found' });
  });

  it.each([
    ['no row', '\n \r\n', 422, 'input.absent', /no row/],
    ['too many rows', '7\n'.repeat(10_001), 413, 'input.too_large', /more than 10000 rows/],
    ['nothing', '', 422, 'input.invalid', /empty/],
  ] as const)('in a file with %s is refused', async (_what, text, status, code, detail) => {
    const response = await batches.sendLines(text);
    expect(await response.json()).toMatchObject({ status, code, detail: expect.stringMatching(detail) });
  });
});
