import { readdirSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import {
  addModel,
  colourModel,
  endlessModel,
  heavyModel,
  hungryModel,
  isRunning,
  logarithmModel,
  pickModel,
} from '@intermodal/testing';
import { describe, expect, it } from 'vitest';
import { finiteValues } from '../onnx/finite-values.ts';
import { OnnxModel } from '../onnx/onnx-model.ts';
import type { PlainTensor } from '../onnx/requests.ts';
import { memoryOf } from './process-memory.ts';
import { TestHouse } from './model-house.testing.ts';

const { signal } = new AbortController();
const MIB = 1024 ** 2;

const floats = (...values: number[]): PlainTensor => ({
  type: 'float32',
  dims: [values.length],
  data: Float32Array.from(values),
});
const add = {
  feeds: {
    a: { ...floats(1, 2, 3), dims: [1, 3] },
    b: { ...floats(10, 20, 30), dims: [1, 3] },
  },
};
const first = { feeds: { index: { type: 'int64', dims: [1], data: BigInt64Array.of(0n) } as PlainTensor } };
const x = { feeds: { x: floats(1) } };
const sumOf = async (model: OnnxModel): Promise<number[]> => [
  ...((await model.run(add, signal)).sum!.data as Float32Array),
];

/** Pictures of one colour each, 0..1. */
function pictures(edge: number, ...colours: readonly [number, number, number][]): PlainTensor {
  const data = new Float32Array(colours.length * 3 * edge * edge);
  colours.flat().forEach((value, i) => data.fill(value, i * edge * edge, (i + 1) * edge * edge));
  return { type: 'float32', dims: [colours.length, 3, edge, edge], data };
}

describe('hand-made networks', () => {
  it('tell colours apart, and three at once as one after the other', async () => {
    await using test = await TestHouse.open();
    const model = await test.model('colour', colourModel());
    const colours = [
      [0.9, 0.2, 0.1],
      [0.1, 0.8, 0.3],
      [0.5, 0.5, 0.6],
    ] as const satisfies readonly [number, number, number][];
    // Large enough to go by a file.
    const scoresOf = async (...some: readonly [number, number, number][]) => [
      ...((await model.run({ feeds: { images: pictures(200, ...some) } }, signal)).scores!
        .data as Float32Array),
    ];
    const batch = await scoresOf(...colours);
    const singles = [];
    for (const colour of colours) singles.push(...(await scoresOf(colour)));
    expect(batch).toEqual(singles);
    expect(
      [0, 3, 6].map((at) => batch.slice(at, at + 3).indexOf(Math.max(...batch.slice(at, at + 3)))),
    ).toEqual([0, 1, 2]);
    expect(batch[0]! + batch[1]! + batch[2]!).toBeCloseTo(1);
    // What went by files is gone.
    expect(readdirSync(join(test.folder, 'arrays'), { recursive: true })).toEqual(['colour-cpu']);
  });
});

describe('ModelHouse', () => {
  it('measures what a model takes, and knows it before the next load', async () => {
    await using test = await TestHouse.open();
    const model = await test.model('heavy', heavyModel(64 * MIB), { kind: 'run', request: first });
    const loaded = test.next('loaded');
    expect((await model.run(first, signal)).value!.data).toEqual(Float32Array.of(1));
    expect(await loaded).toMatchObject({ model: 'heavy', device: 'cpu' });
    const { bytes, pid } = (await loaded) as { bytes: number; pid: number };
    expect(bytes).toBeGreaterThan(128 * MIB);
    expect(bytes).toBeLessThanOrEqual(memoryOf(pid)!.peakBytes);
  });

  it('refuses a model that cannot fit, without loading it', async () => {
    await using test = await TestHouse.open({ memoryBytes: 150 * MIB });
    const model = await test.model('heavy', heavyModel(64 * MIB));
    await expect(model.run(first, signal)).rejects.toMatchObject({
      code: 'model.too_large',
      message:
        'The model heavy needs about 239 MiB, and all models together may take 150 MiB here. ' +
        'Raise INTERMODAL_MODEL_MEMORY_BYTES, or choose a smaller one.',
    });
    expect(test.events).toEqual([]);
  });

  it('puts out of memory what was used longest ago, and lets pinned ones stay', async () => {
    // Room for three: each is thought to take 110 MiB at first, and takes a little less.
    await using test = await TestHouse.open({ memoryBytes: 340 * MIB, pinned: ['pinned'] });
    const pinned = await test.model('pinned', addModel(3));
    const pidOfPinned = test.house.loaded.get('pinned');
    expect(pidOfPinned).toBeGreaterThan(0);
    const a = await test.model('a', addModel(3));
    const b = await test.model('b', addModel(3));
    const c = await test.model('c', addModel(3));
    for (const model of [a, b, a, c, pinned, b]) expect(await sumOf(model)).toEqual([11, 22, 33]);
    expect(test.endings).toEqual(['b: evicted', 'a: evicted']);
    expect([...test.house.loaded.keys()].sort()).toEqual(['b', 'c', 'pinned']);
    expect(test.house.loaded.get('pinned')).toBe(pidOfPinned);
  });

  it('a call waits for the memory that a running one holds', async () => {
    await using test = await TestHouse.open({ memoryBytes: 150 * MIB });
    const endless = await test.model('endless', endlessModel());
    const adder = await test.model('add', addModel(3));
    const stop = new AbortController();
    const never = endless.run(x, stop.signal);
    await test.running('endless');
    const waiting = sumOf(adder);
    stop.abort(new Error('enough'));
    await expect(never).rejects.toThrow('enough');
    expect(await waiting).toEqual([11, 22, 33]);
    expect(test.endings).toEqual(['endless: aborted']);
  });

  it('ends what is not called for a while', async () => {
    await using test = await TestHouse.open({ idleMs: 20 });
    const adder = await test.model('add', addModel(3));
    const ended = test.next('ended');
    await sumOf(adder);
    expect(await ended).toMatchObject({ model: 'add', why: 'idle' });
    expect(isRunning((await ended).pid)).toBe(false);
    expect(await sumOf(adder)).toEqual([11, 22, 33]);
  });

  it('two that open the same model share its process, until both have closed it', async () => {
    await using test = await TestHouse.open();
    const one = await test.model('add', addModel(3));
    const other = await test.model('add', addModel(3));
    await sumOf(one);
    await one.close();
    const { loaded } = test.house;
    expect(await sumOf(other)).toEqual([11, 22, 33]);
    expect(test.house.loaded).toEqual(loaded);
    await other.close();
    expect(test.endings).toEqual(['add: closed']);
  });

  it('leaves nothing behind after 50 models that came and went', async () => {
    await using test = await TestHouse.open();
    const open = () => readdirSync('/proc/self/fd').length;
    let before = 0;
    for (let i = 0; i < 50; i++) {
      const model = await test.model('add', addModel(3));
      expect(await sumOf(model)).toEqual([11, 22, 33]);
      await model.close();
      if (i === 0) before = open();
    }
    expect(test.endings).toHaveLength(50);
    expect(new Set(test.events.map(({ pid }) => pid)).size).toBe(50);
    expect(test.events.some(({ pid }) => isRunning(pid))).toBe(false);
    expect(open()).toBe(before);
  }, 120_000);
});

describe('neighbours of a model that misbehaves go on', () => {
  it.each([
    [
      'never ends',
      endlessModel(),
      async (bad: OnnxModel, test: TestHouse) => {
        const stop = new AbortController();
        const call = bad.run(x, stop.signal);
        await test.running('bad');
        stop.abort(new Error('too long'));
        await expect(call).rejects.toThrow('too long');
      },
      'bad: aborted',
    ],
    [
      'is not heard of',
      endlessModel(),
      (bad: OnnxModel) => expect(bad.run(x, signal)).rejects.toMatchObject({ code: 'stage.timeout' }),
      'bad: stage.timeout',
    ],
    [
      'takes memory without end',
      hungryModel(),
      (bad: OnnxModel) =>
        expect(bad.run(x, signal)).rejects.toMatchObject({
          code: 'model.out_of_memory',
          message: expect.stringMatching(/^The model bad was ended: it had grown to \d+ MiB, and all models/),
        }),
      'bad: model.out_of_memory',
    ],
    [
      'is killed',
      endlessModel(),
      async (bad: OnnxModel, test: TestHouse) => {
        const call = bad.run(x, signal);
        process.kill(await test.running('bad'), 'SIGKILL');
        await expect(call).rejects.toMatchObject({ code: 'stage.crashed' });
      },
      'bad: stage.crashed',
    ],
  ] as const)('%s', async (what, bytes, misbehave, ending) => {
    const silenceMs = what === 'is not heard of' ? 1_500 : 30_000;
    await using test = await TestHouse.open({ memoryBytes: 700 * MIB, silenceMs, pinned: ['neighbour'] });
    const neighbour = await test.model('neighbour', addModel(3));
    await sumOf(neighbour);
    const pid = test.house.loaded.get('neighbour')!;
    const bad = await test.model('bad', bytes);
    const ended = test.next('ended');
    const during = misbehave(bad, test);
    expect(await sumOf(neighbour)).toEqual([11, 22, 33]);
    await during;
    expect(isRunning((await ended).pid)).toBe(false);
    expect(await sumOf(neighbour)).toEqual([11, 22, 33]);
    expect(test.house.loaded.get('neighbour')).toBe(pid);
    // The model is loaded again for whoever asks for it, and comes to the same end.
    const endedAgain = test.next('ended');
    await misbehave(bad, test);
    expect((await endedAgain).pid).not.toBe((await ended).pid);
    expect(test.endings).toEqual([ending, ending]);
  });
});

describe('errors say what is wrong and show no values', () => {
  it.each([
    ['a missing input', { feeds: {} }, 'failed: its input a (float32 [1, 3]) is missing.'],
    [
      'a wrong shape',
      { feeds: { ...add.feeds, a: { ...floats(1, 2), dims: [1, 2] } } },
      'failed: its input a is to be float32 [1, 3] and was float32 [1, 2].',
    ],
    [
      'a wrong type',
      { feeds: { ...add.feeds, a: { type: 'int32', dims: [1, 3], data: Int32Array.of(1, 2, 3) } } as const },
      'failed: its input a is to be float32 [1, 3] and was int32 [1, 3].',
    ],
    [
      'too few values',
      { feeds: { ...add.feeds, a: { ...floats(1, 2), dims: [1, 3] } } },
      'failed: its input a has 2 values where its shape has 3.',
    ],
    ['an unknown input', { feeds: { ...add.feeds, c: floats(1) } }, 'failed: it has no input c.'],
  ])('%s', async (_, request, clause) => {
    await using test = await TestHouse.open();
    const model = await test.model('add', addModel(3));
    const message = `The model add ${clause}`;
    await expect(model.run(request, signal)).rejects.toMatchObject({ code: 'model.input_invalid', message });
    expect(await sumOf(model)).toEqual([11, 22, 33]);
    expect(test.endings).toEqual([]);
  });

  it('a run that fails', async () => {
    await using test = await TestHouse.open();
    const model = await test.model('pick', pickModel());
    const outside = { feeds: { index: { ...first.feeds.index, data: BigInt64Array.of(7n) } } };
    await expect(model.run(outside, signal)).rejects.toMatchObject({ code: 'model.failed' });
    expect((await model.run(first, signal)).value!.data).toEqual(Float32Array.of(1));
  });

  it('values that are no numbers', async () => {
    await using test = await TestHouse.open();
    const model = await test.model('logarithm', logarithmModel(2));
    const good = await model.run({ feeds: { x: floats(1, 1) } }, signal);
    expect(finiteValues('logarithm', good, 'y')).toEqual(Float32Array.of(0, 0));
    const bad = await model.run({ feeds: { x: floats(1, -1) } }, signal);
    expect(() => finiteValues('logarithm', bad, 'y')).toThrow(
      expect.objectContaining({ code: 'model.output_invalid' }),
    );
  });

  it('a network that is cut off', async () => {
    await using test = await TestHouse.open();
    const whole = heavyModel(MIB);
    const model = await test.model('cut', whole.subarray(0, whole.length / 2));
    const { code, message } = (await model.run(first, signal).catch((error: unknown) => error)) as {
      code: string;
      message: string;
    };
    expect(code).toBe('model.unavailable');
    expect(message).toMatch(/^The model cut cannot be opened, because its file is no whole ONNX network /);
    expect(message).not.toContain(test.folder);
  });

  it('a file that is missing', async () => {
    await using test = await TestHouse.open();
    await test.model('gone', addModel(3));
    await unlink(join(test.folder, 'gone.onnx'));
    const opening = OnnxModel.open(test.house, { name: 'gone', path: join(test.folder, 'gone.onnx') });
    await expect(opening).rejects.toMatchObject({
      code: 'model.unavailable',
      message:
        'The model gone cannot be opened: its file gone.onnx is missing. Look what is there: intermodal models verify.',
    });
    expect(test.events).toEqual([]);
  });
});
