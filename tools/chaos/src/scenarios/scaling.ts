import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ScaledPool } from '../round/scaled-pool.ts';
import { chains, holds } from '../round/work.ts';
import type { Round } from '../round/round.ts';
import { defineScenario } from '../scenario.ts';

/** As infra/k8s has them, and so many times as fast. */
const FASTER = 60;
const fast = (seconds: number): number => (seconds * 1_000) / FASTER;
const TARGET_SECONDS = 60 / FASTER;
const MAX = 4;

/** How long the first task of the jobs of this time waited for a worker. */
async function firstTaskMs(round: Round, since: Date, until: Date): Promise<number> {
  const { rows } = await round.database.query<{ ms: number }>(
    `SELECT extract(epoch FROM min(t.started_at) - min(j.created_at)) * 1000 AS ms
     FROM intermodal.job j JOIN intermodal.task t ON t.job_id = j.id WHERE j.created_at >= $1 AND j.created_at < $2`,
    [since, until],
  );
  return Math.round(Number(rows[0]!.ms));
}

/** By the clock of the record. */
async function now(round: Round): Promise<Date> {
  const { rows } = await round.database.query<{ now: Date }>('SELECT now()');
  return rows[0]!.now;
}

export default defineScenario({
  name: 'scaling',
  injects: 'a pool that a scaler makes larger and smaller, from zero and to zero, under a load that changes',
  short: { jobs: 80 },
  full: { jobs: 600 },
  // A minute of its own, and a pool that grows and shrinks as fast as the machine lets it.
  byName: true,
  stack: { workers: 0, drainMs: 60_000, environment: { TRIAL_PATIENCE_MS: '1000' } },
  effects: ['kills', 'failed-reads', 'busy-spared', 'largest', 'ms-from-zero-to-first-task'],
  async run(round, { jobs }) {
    const pool = new ScaledPool(round, {
      settings: {
        ...{ min: 0, max: MAX, target: 1, activation: 0, cooldownMs: fast(300) },
        up: { percent: 100, pods: 4, periodMs: fast(15) },
        down: { percent: 50, periodMs: fast(60), windowMs: fast(300) },
      },
      pollMs: fast(15),
      query: `targetSeconds=${TARGET_SECONDS}&slotsPerWorker=2`,
    });
    pool.start();
    const first = await now(round);
    // Two that last until it got smaller: one worker or two are busy then, and the others idle. And much at once, from nothing to all there may be.
    const gotSmaller = join(round.stack.folder, 'got-smaller');
    await round.submitAll(holds(2, gotSmaller), { webhook: false });
    const submitting = round.submitAll(chains(jobs, 300), { webhook: false });
    round.expect(await pool.reaches(MAX, 30_000), `it did not get to ${MAX} workers, but to ${pool.size}`);
    await submitting;
    await Promise.all(round.stack.workers.map((worker) => worker.ready()));
    // Nobody can say what there is to do: everybody stays.
    await round.kill(round.stack.apis[0]!);
    await pool.failsToRead(10_000);
    const before = pool.size;
    await round.stack.apis[0]!.ready();
    round.expect(pool.size === before, `it went from ${before} to ${pool.size} while nobody answered`);
    round.expect(await pool.spares(60_000), `it did not get smaller beside a busy worker: ${pool.history}`);
    await writeFile(gotSmaller, '');
    round.expect(await pool.reaches(0, 120_000), `it did not get to zero, but to ${pool.size}`);
    // Once more from zero, for a single job.
    const again = await now(round);
    await round.submitAll(chains(1, 100), { webhook: false });
    round.expect(await pool.reaches(1, 30_000), 'it did not wake for a single job');
    round.expect(await pool.reaches(0, 60_000), 'it did not get to zero again');
    await pool.stop();
    round.effect('ms-from-zero-to-first-task', await firstTaskMs(round, first, again));
    round.effect('ms-from-zero-to-first-task-again', await firstTaskMs(round, again, await now(round)));

    round.effect('largest', Math.max(...pool.sizes.map(({ size }) => size)));
    round.effect('idle-ended', pool.idleEnded);
    round.effect('busy-spared', pool.busySpared);
    round.effect('busy-ended', pool.busyEnded);
    round.effect('failed-reads', pool.failedReads);
    round.effect('changes', pool.sizes.length - 1);
    round.effect('turns', pool.turns);
    round.expect(
      pool.busyBeforeIdle === 0,
      `${pool.busyBeforeIdle} busy workers were ended while others were idle`,
    );
    // Up, down, up, down.
    round.expect(pool.turns === 3, `it turned ${pool.turns} times: ${pool.history}`);
    // For what any worker sees to, whatever pool it is of.
    await round.stack.addWorker();
  },
});
