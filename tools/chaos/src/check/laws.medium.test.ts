import { redisUrl } from '@intermodal/testing';
import type { Execution } from '@intermodal/trial';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliveriesIn } from './check-leftovers.ts';
import { checkRun, type Rest } from './check-run.ts';
import { A_WORKER, finishRun, type FinishedRun } from './finished-run.testing.ts';
import type { Violation } from './law.ts';
import { readRecord } from './record.ts';

let run: FinishedRun;
beforeAll(async () => {
  run = await finishRun();
});
afterAll(() => run[Symbol.asyncDispose]());

/** What the checker says of the run with something planted in it, which is then taken out again. */
async function look(plant: string, changed: Partial<Rest> = {}): Promise<Violation[]> {
  const { database, store, entries, received, prediction } = run;
  await database.query('BEGIN');
  try {
    await database.query(`SET LOCAL search_path = intermodal; ${plant}`);
    const record = await readRecord(database);
    const rest: Rest = {
      ...{
        record,
        store,
        entries,
        received,
        deliveries: [],
        folders: [],
        executions: run.executions,
        explained: { brokenOff: new Map(), slots: 2, otherwise: 0 },
        excuseGivenUp: false,
      },
      ...changed,
    };
    return await checkRun(rest, prediction);
  } finally {
    await database.query('ROLLBACK');
  }
}

const lawsBroken = async (plant: string, changed?: Partial<Rest>): Promise<string[]> => [
  ...new Set((await look(plant, changed)).map(({ law }) => law)),
];

const THE_CHAIN = `(SELECT id FROM job WHERE metadata ->> 'submission' = 'submission-0')`;
const A_TASK = `(SELECT id FROM task WHERE job_id = ${THE_CHAIN} AND path = 'second')`;

test('a run without faults breaks no law', async () => {
  expect(await look('')).toEqual([]);
});

describe('planted, it is seen, and called by its name', () => {
  test.for([
    ['L1', 'a job that is gone', `DELETE FROM job WHERE id = ${THE_CHAIN}`],
    ['L2', 'a job that never ends', `UPDATE job SET state = 'running' WHERE id = ${THE_CHAIN}`],
    ['L2', 'another output', `UPDATE job SET output = '{"value": 99}' WHERE id = ${THE_CHAIN}`],
    [
      'L2',
      'another state of a task',
      `ALTER TABLE task DISABLE TRIGGER audit; UPDATE task SET state = 'skipped' WHERE id = ${A_TASK}`,
    ],
    ['L3', 'two commits that the engine counted', `UPDATE task SET commits = 2 WHERE id = ${A_TASK}`],
    [
      'L3',
      'two commits that it did not count',
      `UPDATE task SET state = 'running' WHERE id = ${A_TASK}; UPDATE task SET state = 'completed' WHERE id = ${A_TASK}`,
    ],
    ['L3', 'an output that changes', `UPDATE task SET output = '{"value": 7}' WHERE id = ${A_TASK}`],
    ['L4', 'other bytes', `UPDATE artifact SET sha256 = repeat('0', 64)`],
    ['L4', 'no bytes', `UPDATE artifact SET id = gen_random_uuid()`],
    [
      'L5',
      'a predecessor that is final too late',
      `WITH moved AS (DELETE FROM audit.change WHERE became = 'completed' AND job_id = ${THE_CHAIN} AND path = 'first' RETURNING *)
       INSERT INTO audit.change (task_id, job_id, path, was, became, crashes)
       SELECT task_id, job_id, path, was, became, crashes FROM moved`,
    ],
    ['L6', 'an event that is not there', `DELETE FROM event WHERE job_id = ${THE_CHAIN}`],
    ['L6', 'a message that is not there', `DELETE FROM webhook_message`],
    ['L6', 'a message that was never told', `UPDATE webhook_message SET state = 'pending'`],
    ['L7', 'a lease', `UPDATE task SET lease_until = now() WHERE id = ${A_TASK}`],
  ] as const)('%s: %s', async ([law, , plant]) => {
    expect(await lawsBroken(plant)).toEqual([law]);
  });

  test('L2: a task that was given up, unless processes are killed at random', async () => {
    const plant = `ALTER TABLE task DISABLE TRIGGER audit;
      UPDATE job SET state = 'failed', error = '{"code": "stage.crashed"}' WHERE id = ${THE_CHAIN};
      UPDATE event SET type = 'job.failed' WHERE job_id = ${THE_CHAIN};
      UPDATE task SET state = 'failed', error = '{"code": "stage.crashed"}', crashes = 3 WHERE id = ${A_TASK}`;
    expect(await lawsBroken(plant)).toEqual(['L2']);
    expect(await lawsBroken(plant, { excuseGivenUp: true })).toEqual([]);
    const once = plant.replace('crashes = 3', 'crashes = 1');
    expect(await lawsBroken(once, { excuseGivenUp: true })).toEqual(['L2']);
    const passedOver = `UPDATE job SET output = '{"sum": 99}' WHERE id = ${THE_CHAIN};
      ALTER TABLE task DISABLE TRIGGER audit; UPDATE task SET error = '{"code": "stage.crashed"}', crashes = 3 WHERE id = ${A_TASK}`;
    expect(await lawsBroken(passedOver)).toEqual(['L2']);
    expect(await lawsBroken(passedOver, { excuseGivenUp: true })).toEqual([]);
    const otherwise = passedOver.replace('stage.crashed', 'stage.timeout');
    expect(await lawsBroken(otherwise, { excuseGivenUp: true })).toEqual(['L2']);
  });

  test('L1: a second job of one submission', async () => {
    const second = `INSERT INTO job SELECT (jsonb_populate_record(j, jsonb_build_object('id', gen_random_uuid()))).* FROM job j
      WHERE id = ${THE_CHAIN}`;
    // A job without tasks and events is odd in other ways, too.
    expect(await lawsBroken(second)).toContain('L1');
  });

  test('L6: a message under two ids', async () => {
    const [first] = run.received;
    const received = [...run.received, { ...first!, messageId: 'evt_0' }];
    expect(await lawsBroken('', { received })).toEqual(['L6']);
  });

  test('L7: a delivery, a folder', async () => {
    expect(await lawsBroken('', { deliveries: ['im:stage.trial.echo.v1:x@0'] })).toEqual(['L7']);
    expect(await lawsBroken('', { folders: ['1-x/y-1'] })).toEqual(['L7']);
  });

  describe('L8', () => {
    /** Faults that explain what is planted. @param by a process that was broken off, when so many executions had begun */
    const explained = (by: { pid?: number; at?: number; slots?: number; otherwise?: number }) => {
      const { pid, at = run.executions.length, slots = 2, otherwise = 0 } = by;
      return { explained: { brokenOff: new Map(pid === undefined ? [] : [[pid, at]]), slots, otherwise } };
    };
    /** As if the first task had been begun again by somebody else, behind all others. */
    const begunAgain = (times = 1): Execution[] => [
      ...run.executions,
      ...Array.from({ length: times }, (_, i) => ({
        ...run.executions[0]!,
        ...{ attempt: 2 + i, pid: 99, place: run.executions.length + i },
      })),
    ];

    test('an execution that was repeated, unless other faults explain it', async () => {
      const executions = begunAgain();
      expect(await lawsBroken('', { executions })).toEqual(['L8']);
      expect(await lawsBroken('', { executions, ...explained({ otherwise: 1 }) })).toEqual([]);
    });

    test('one whose process was broken off before is explained; not afterwards, nor another', async () => {
      const executions = begunAgain();
      const after = run.executions.length + 1;
      expect(await lawsBroken('', { executions, ...explained({ pid: A_WORKER }) })).toEqual([]);
      expect(await lawsBroken('', { executions, ...explained({ pid: A_WORKER, at: after }) })).toEqual([
        'L8',
      ]);
      expect(await lawsBroken('', { executions, ...explained({ pid: 99 }) })).toEqual(['L8']);
    });

    test('one more than the process that was broken off explains', async () => {
      const executions = begunAgain(2);
      expect(await lawsBroken('', { executions, ...explained({ pid: A_WORKER }) })).toEqual(['L8']);
    });

    test('a retry that was asked for is none', async () => {
      const plant = `UPDATE task SET failures = failures + 1 WHERE id = '${run.executions[0]!.taskId}'`;
      expect(await lawsBroken(plant, { executions: begunAgain() })).toEqual([]);
    });

    test('an attempt that ran twice, and faults explain nothing', async () => {
      const executions = [...run.executions, run.executions[0]!];
      expect(await lawsBroken('', { executions, ...explained({ otherwise: 3 }) })).toEqual(['L8']);
    });

    test('a process that was broken off with more under way than it has slots', async () => {
      const executions = run.executions.map((one, i) => ({ ...one, ended: i >= 3 }));
      expect(await lawsBroken('', { executions, ...explained({ pid: A_WORKER }) })).toEqual(['L8']);
      expect(await lawsBroken('', { executions, ...explained({ pid: A_WORKER, slots: 3 }) })).toEqual([]);
      const together = executions.map((one) => ({ ...one, together: true }));
      expect(await lawsBroken('', { executions: together, ...explained({ pid: A_WORKER }) })).toEqual([]);
    });
  });
});

test('a delivery is found in Redis, whatever queue it is of', async () => {
  const redis = new Redis(redisUrl());
  const key = `test_${crypto.randomUUID()}:queue:${crypto.randomUUID()}@3`;
  try {
    await redis.set(key, 'x');
    expect(await deliveriesIn(redis)).toContain(key);
  } finally {
    await redis.del(key);
    redis.disconnect();
  }
});
