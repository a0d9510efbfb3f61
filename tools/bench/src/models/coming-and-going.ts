import { join } from 'node:path';
import { ModelHouse, OnnxModel } from '@intermodal/engines';
import { childProcesses } from '@intermodal/testing';
import type { BenchmarkContext } from '../benchmark.ts';
import { spreadOf, type Figure } from '../figure.ts';
import { ROOM_FOR_ONE } from './room-for-one.ts';
import type { WorkFolder } from './work-files.ts';

const MIB = 1024 ** 2;

/** Loads and evicts again and again, and looks what this process then holds. */
export async function comingAndGoing(
  { folder }: WorkFolder,
  { quick, say }: BenchmarkContext,
): Promise<Figure> {
  const cycles = quick ? 20 : 1_000;
  let ended = 0;
  await using house = new ModelHouse({
    ...{ device: 'cpu', threads: 1, memoryBytes: ROOM_FOR_ONE },
    onEvent: ({ kind }) => void (ended += kind === 'ended' ? 1 : 0),
  });
  const path = join(folder, 'add.onnx');
  const models = [
    await OnnxModel.open(house, { name: 'a', path }),
    await OnnxModel.open(house, { name: 'b', path }),
  ];
  const { signal } = new AbortController();
  const one = { type: 'float32', dims: [1, 3], data: Float32Array.of(1, 2, 3) } as const;
  const samples: number[] = [];
  let before = process.memoryUsage();
  for (let i = 0; i < cycles; i++) {
    const begun = performance.now();
    const { sum } = await models[i % 2]!.run({ feeds: { a: one, b: one } }, signal);
    samples.push(performance.now() - begun);
    if (String(sum!.data) !== '2,4,6') throw new Error(`1, 2, 3 twice is not ${String(sum!.data)}.`);
    if (i === 9) before = process.memoryUsage();
  }
  const after = process.memoryUsage();
  for (const model of models) await model.close();
  if (ended !== cycles) throw new Error(`${ended} of ${cycles} processes have ended.`);
  const left = childProcesses().filter((command) => command.includes('host-child'));
  if (left.length > 0) throw new Error(`${left.length} processes of models are left.`);
  const shown = (bytes: number) => (bytes / MIB).toFixed(1);
  say(`${cycles} models came and went`);
  return {
    ...{
      benchmark: 'models',
      name: `a model is loaded in the place of another, ${cycles} times`,
      unit: 'ms',
    },
    ours: spreadOf(samples),
    details: {
      'RSS of the worker after 10, MiB': shown(before.rss),
      'RSS in the end, MiB': shown(after.rss),
      'heap after 10, MiB': shown(before.heapUsed),
      'heap in the end, MiB': shown(after.heapUsed),
      'processes left': left.length,
    },
  };
}
