import { monitorEventLoopDelay } from 'node:perf_hooks';
import { ModelHouse } from '@intermodal/engines';
import pMap from 'p-map';
import type { BenchmarkContext } from '../benchmark.ts';
import { spreadOf, type Figure } from '../figure.ts';
import { interleave } from '../rounds.ts';
import { runBareLoop } from './bare-loop.ts';
import type { WorkFolder } from './work-files.ts';
import { openWorkload, type WorkloadName } from './workload.ts';

/** As a worker has by default: while one picture is in the network, the next one is decoded. */
const SLOTS = 2;

/** @param units of what is told, for each time: pictures, or seconds of sound */
export async function speedOf(
  name: WorkloadName,
  files: WorkFolder,
  { times, units, unit }: { times: number; units: number; unit: string },
  { rounds, say }: BenchmarkContext,
): Promise<Figure> {
  await using house = new ModelHouse({ device: 'cpu', threads: 1 });
  await using work = await openWorkload(name, house, files);
  await work.once();
  let stallMs = 0;
  const perSecond = (ms: number) => (times * units * 1_000) / ms;
  const samples = await interleave(
    rounds,
    {
      async host() {
        // A fresh one each time: it would take the other side's round for a stall.
        const delay = monitorEventLoopDelay({ resolution: 1 });
        delay.enable();
        const begun = performance.now();
        await pMap(Array(times), () => work.once(), { concurrency: SLOTS });
        const ms = performance.now() - begun;
        delay.disable();
        stallMs = Math.max(stallMs, delay.max / 1e6);
        return perSecond(ms);
      },
      async bare() {
        return perSecond(await runBareLoop(name, times, files));
      },
    },
    say,
  );
  return {
    benchmark: 'models',
    name: `${name} in a host`,
    unit,
    ours: spreadOf(samples.host),
    yardstick: { name: 'a bare loop in one process', value: spreadOf(samples.bare) },
    target: { atLeast: 0.9 },
    details: { 'worst stall of the loop, ms': Number(stallMs.toFixed(1)) },
  };
}
