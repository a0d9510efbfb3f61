import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { IntermodalClient, type BatchView } from '@intermodal/client';
import { MAX_FILE_ROWS, parseId, type SubmitBatch } from '@intermodal/contracts';
import pg from 'pg';
import { faultsIn } from '../batches/check-rows.ts';
import { killReaders } from '../batches/kill-readers.ts';
import { isBad, makeLines, textOf, TRANSLATE } from '../batches/make-rows.ts';
import { MemoryWatch } from '../batches/memory-watch.ts';
import { Cases, defineSuite } from '../suite.ts';

const ROWS = MAX_FILE_ROWS;
/** So that the whole file has some 95 MB. */
const PADDING = 9_400;
const KILLS = 10;
const RUN = 300;
const CLIENTS = 200;
/** What 95 MB may take more of memory than 1 MB: garbage, which is collected some 64 MB at a time. */
const GROWTH_MB = 90;

export default defineSuite({
  name: 'batches',
  summary: '10,000 rows from a file in flat memory, through ten kills of their reader; one key, one job.',
  async run({ urls, url, keys, stack, say, signal }) {
    const cases = new Cases();
    const figures: Record<string, number | string> = {};
    const clients = urls.map((address) => new IntermodalClient({ url: address, key: keys.owner }));
    const [client] = clients as [IntermodalClient, IntermodalClient];
    const foreign = new IntermodalClient({ url, key: keys.foreign });
    const database = new pg.Client({ connectionString: stack.databaseUrl });
    await database.connect();

    const submit = async (lines: Blob, idempotencyKey?: string): Promise<BatchView> => {
      const { id: artifact } = await client.artifacts.upload(lines, { mediaType: 'application/jsonl' });
      const batch = { pipeline: TRANSLATE, artifact } as unknown as SubmitBatch;
      return client.batches.submit(batch, idempotencyKey === undefined ? {} : { idempotencyKey });
    };
    const readThrough = async (id: string): Promise<BatchView> => {
      for (;;) {
        const batch = await client.batches.get(id, { signal });
        if (batch.status !== 'validating') return batch;
        await sleep(50);
      }
    };
    const badLines = async (id: string): Promise<number[]> => {
      const lines: number[] = [];
      for await (const { line, status, error } of client.batches.errors(id)) {
        assert.equal(status, 'invalid');
        assert.ok(error!.message.length > 0);
        lines.push(line);
      }
      return lines;
    };
    const expectedBad = Array.from({ length: ROWS }, (_, i) => i + 1).filter(isBad);

    const takeIn = async (lines: Blob) => {
      const watch = new MemoryWatch(['api-a', 'api-b'].map((name) => stack.process(name).pid));
      const begunMs = performance.now();
      const { id } = await submit(lines);
      const acceptedMs = Math.round(performance.now() - begunMs);
      const { counts } = await readThrough(id);
      const rate = Math.round((ROWS * 1_000) / (performance.now() - begunMs));
      const memory = watch.stop();
      const megabytes = Math.round(lines.size / 1e6);
      say(`${megabytes} MB: ${rate} rows/s, memory ${memory.beforeMb} MB, ${memory.peakMb} at most`);
      assert.deepEqual(counts, {
        ...{ total: ROWS, queued: ROWS * 0.99, invalid: ROWS * 0.01, unread: 0 },
        ...{ running: 0, completed: 0, failed: 0, cancelled: 0 },
      });
      assert.deepEqual(await badLines(id), expectedBad);
      assert.deepEqual(await faultsIn(client.batches.results(id), ROWS), []);
      await client.batches.cancel(id);
      return { megabytes, rate, acceptedMs, memory };
    };

    // Nothing runs, so that what is measured is taking in.
    await stack.end('worker-text');
    let killed = '';
    try {
      await cases.check(`${ROWS} rows in a file of 95 MB are taken in as a file of 1 MB is`, async () => {
        const small = await takeIn(makeLines(ROWS));
        const large = await takeIn(makeLines(ROWS, PADDING));
        figures['MB sent'] = large.megabytes;
        figures['rows/s, sent until all are read'] = large.rate;
        figures['the same of 1 MB'] = small.rate;
        figures['ms until accepted'] = large.acceptedMs;
        const { beforeMb, peakMb, afterMb } = large.memory;
        figures['API MB in memory before, at most, after'] = `${beforeMb}, ${peakMb}, ${afterMb}`;
        figures['the same of 1 MB, at most'] = small.memory.peakMb;
        assert.ok(peakMb - small.memory.peakMb < GROWTH_MB, `${peakMb} MB, and ${small.memory.peakMb} MB`);
      });

      await cases.check(`its reader is killed ${KILLS} times: every row once, in order`, async () => {
        ({ id: killed } = await submit(makeLines(ROWS)));
        const times = await killReaders(stack, killed, KILLS);
        figures['kills while reading'] = times;
        await readThrough(killed);
        assert.equal(times, KILLS);
        assert.deepEqual(await faultsIn(client.batches.results(killed), ROWS), []);
        assert.deepEqual(await badLines(killed), expectedBad);
        const { rows } = await database.query<{ jobs: number }>(
          'SELECT count(*)::int AS jobs FROM intermodal.job WHERE batch_id = $1',
          [parseId('batch', killed)],
        );
        assert.equal(rows[0]!.jobs, ROWS * 0.99);
      });
    } finally {
      await stack.start('worker-text');
    }

    await cases.check(`${RUN} of them run; the rest is cancelled`, async () => {
      let batch: BatchView;
      do {
        await sleep(200);
        batch = await client.batches.get(killed, { signal });
      } while (batch.counts.completed < RUN && batch.counts.failed === 0);
      batch = await client.batches.cancel(killed);
      assert.equal(batch.status, 'cancelled');
      assert.equal(batch.percent, 100);
      let ran = 0;
      for await (const { line, status, output } of client.batches.results(killed)) {
        if (status !== 'completed') continue;
        ran += 1;
        const said = String(output!.text);
        assert.ok(said.includes(String(line)) && said !== textOf(line), `line ${line}: ${said}`);
      }
      figures['rows run'] = ran;
      assert.ok(ran >= RUN);
    });

    const job = (text: string): RequestInit => ({
      method: 'POST',
      headers: {
        authorization: `Bearer ${keys.owner}`,
        'content-type': 'application/json',
        'idempotency-key': 'contract-200',
      },
      body: JSON.stringify({ pipeline: TRANSLATE, input: { text } }),
    });
    let first = '';
    await cases.check(`${CLIENTS} clients at once with one key: one job`, async () => {
      const answers = await Promise.all(
        Array.from({ length: CLIENTS }, (_, i) => fetch(`${urls[i % 2]}/v1/jobs`, job('Good morning.'))),
      );
      const jobs = await Promise.all(answers.map(async (answer) => (await answer.json()) as { id: string }));
      assert.deepEqual([...new Set(answers.map(({ status }) => status))], [202]);
      assert.equal(new Set(jobs.map(({ id }) => id)).size, 1);
      first = jobs[0]!.id;
      const { rows } = await database.query<{ jobs: number }>(
        `SELECT count(*)::int AS jobs FROM intermodal.job WHERE input = '{"text": "Good morning."}'`,
      );
      assert.equal(rows[0]!.jobs, 1);
    });
    await cases.check('the same of a file: one batch', async () => {
      const ids = await Promise.all(
        Array.from({ length: 20 }, async () => (await submit(makeLines(3), 'contract-file')).id),
      );
      assert.equal(new Set(ids).size, 1);
      await client.batches.wait(ids[0]!, { signal });
    });

    await cases.control('the same key with another body is 422, and makes nothing', async () => {
      const answer = await fetch(`${urls[1]}/v1/jobs`, job('Good evening.'));
      const problem = (await answer.json()) as { code: string };
      assert.deepEqual([answer.status, problem.code], [422, 'idempotency.conflict']);
    });
    await cases.control('a file with one other byte under the same key is 422', async () => {
      await assert.rejects(submit(makeLines(4), 'contract-file'), {
        status: 422,
        code: 'idempotency.conflict',
      });
    });
    await cases.control('the key of another tenant is another key', async () => {
      const other = await foreign.jobs.submit(
        { pipeline: TRANSLATE as never, input: { text: 'Good morning.' } },
        { idempotencyKey: 'contract-200' },
      );
      assert.notEqual(other.id, first);
      await foreign.jobs.cancel(other.id);
    });
    await cases.control(
      "another tenant sees nothing of a batch, nor may read from the owner's file",
      async () => {
        const { id: artifact } = await client.artifacts.upload(makeLines(1), {
          mediaType: 'application/jsonl',
        });
        const missing = { status: 404 };
        await assert.rejects(foreign.batches.get(killed), missing);
        await assert.rejects(foreign.batches.errors(killed).next(), missing);
        await assert.rejects(foreign.batches.cancel(killed), missing);
        const stolen = { pipeline: TRANSLATE, artifact } as unknown as SubmitBatch;
        await assert.rejects(foreign.batches.submit(stolen), missing);
      },
    );
    await cases.control('a row that is missing and one that is doubled are found', async () => {
      const uuid = parseId('batch', killed);
      await database.query('DELETE FROM intermodal.batch_row WHERE batch_id = $1 AND line = 17', [uuid]);
      await database.query(
        `INSERT INTO intermodal.batch_row (batch_id, line, custom_id, job_id)
         SELECT batch_id, ${ROWS + 1}, custom_id, job_id FROM intermodal.batch_row WHERE batch_id = $1 AND line = 42`,
        [uuid],
      );
      const faults = await faultsIn(client.batches.results(killed), ROWS);
      assert.ok(faults.includes('line 17 is missing'), faults.join('; '));
      assert.ok(
        faults.some((fault) => fault.includes('row-42')),
        faults.join('; '),
      );
    });
    await database.end();
    return { cases: cases.list, figures };
  },
});
