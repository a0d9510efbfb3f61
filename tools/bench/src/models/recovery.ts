import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ModelHouse, OnnxModel } from '@intermodal/engines';
import type { BenchmarkContext } from '../benchmark.ts';
import { spreadOf, type Figure } from '../figure.ts';
import { ROOM_FOR_ONE } from './room-for-one.ts';
import type { WorkFolder } from './work-files.ts';

const MISDEEDS = {
  hang: {
    model: 'endless.onnx',
    what: 'a run that never ends is cancelled',
    commit: (_pid: number, stop: AbortController) => stop.abort(new Error('enough')),
  },
  exit: {
    model: 'endless.onnx',
    what: 'the process of a model is killed',
    commit: (pid: number) => void process.kill(pid, 'SIGKILL'),
  },
  alloc: { model: 'hungry.onnx', what: 'a run begins to take memory without end', commit: () => {} },
} as const;

/** How long it takes, from a misdeed on, until a model that waits for its room has answered. */
export async function recoveryFrom(
  misdeed: keyof typeof MISDEEDS,
  { folder }: WorkFolder,
  { rounds, say }: BenchmarkContext,
): Promise<Figure> {
  const { model, what, commit } = MISDEEDS[misdeed];
  const samples: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const loaded = Promise.withResolvers<number>();
    await using house = new ModelHouse({
      ...{ device: 'cpu', threads: 1, memoryBytes: ROOM_FOR_ONE },
      onEvent: ({ kind, pid }) => kind === 'loaded' && loaded.resolve(pid),
    });
    const bad = await OnnxModel.open(house, { name: 'bad', path: join(folder, model) });
    const good = await OnnxModel.open(house, { name: 'good', path: join(folder, 'add.onnx') });
    const stop = new AbortController();
    const feeds = { x: { type: 'float32', dims: [1], data: Float32Array.of(1) } as const };
    const call = bad.run({ feeds }, stop.signal);
    const failed = call.then(
      () => false,
      () => true,
    );
    const pid = await loaded.promise;
    if (misdeed !== 'alloc') await isBusy(pid);
    const begun = performance.now();
    commit(pid, stop);
    const one = { type: 'float32', dims: [1, 3], data: Float32Array.of(1, 2, 3) } as const;
    const { sum } = await good.run({ feeds: { a: one, b: one } }, new AbortController().signal);
    samples.push(performance.now() - begun);
    if (!(await failed) || String(sum!.data) !== '2,4,6')
      throw new Error(`It did not recover from ${misdeed}.`);
  }
  say(`${what}: ${Math.round(spreadOf(samples).median)} ms until the next model has answered`);
  const name = `${what}, until another model is loaded in its place and has answered`;
  return { benchmark: 'models', name, unit: 'ms', ours: spreadOf(samples) };
}

/** Resolves when the process is in the middle of a run: it has computed for a while. */
async function isBusy(pid: number): Promise<void> {
  const ticks = () => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    return Number(fields[11]) + Number(fields[12]);
  };
  for (const before = ticks(); ticks() - before < 5;) await delay(10);
}
