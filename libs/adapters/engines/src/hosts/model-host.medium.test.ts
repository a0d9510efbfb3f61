import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { accumulateModel, addModel, isRunning } from '@intermodal/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OnnxModel } from '../onnx/onnx-model.ts';
import type { PlainTensor, ScanRequest } from '../onnx/requests.ts';
import { TestHouse } from './model-house.testing.ts';
import type { Nap } from './napping-runner.testing.ts';
import { runnerAddress } from './runner.ts';

const { signal } = new AbortController();
let test: TestHouse;
beforeEach(async () => void (test = await TestHouse.open()));
afterEach(() => test[Symbol.asyncDispose]());

const networks = { 'add.onnx': addModel(3), 'accumulate.onnx': accumulateModel(2) };
const host = (name: keyof typeof networks): Promise<OnnxModel> => test.model(name, networks[name]);
const pidOf = (name: keyof typeof networks): number => test.house.loaded.get(name)!;

const tensor = (...values: number[]): PlainTensor => ({
  type: 'float32',
  dims: [1, values.length],
  data: Float32Array.from(values),
});
const add = { feeds: { a: tensor(1, 2, 3), b: tensor(10, 20, 30) } };
const sequence = (data: Float32Array, window = 2, hop = 2): ScanRequest => ({
  sequence: { input: 'x', dims: [1, 2], data, window, hop },
  carried: [{ input: 'state', output: 'next', initial: tensor(0, 0) }],
  constants: {},
  collect: 'y',
});

describe('ModelHost', () => {
  it('runs a network in one process, again and again', async () => {
    const adder = await host('add.onnx');
    const { sum } = await adder.run(add, signal);
    expect([...(sum!.data as Float32Array)]).toEqual([11, 22, 33]);
    const pid = pidOf('add.onnx');
    await Promise.all([adder.run(add, signal), adder.run(add, signal)]);
    expect(pidOf('add.onnx')).toBe(pid);
  });

  it('carries the state of a recurrent network through a sequence and on to the next', async () => {
    const accumulator = await host('accumulate.onnx');
    const first = await accumulator.scan(sequence(Float32Array.of(1, 2, 3, 4, 5, 6)), signal);
    expect([...first.collected]).toEqual([1, 2, 4, 6, 9, 12]);
    const next = sequence(Float32Array.of(1, 1));
    const carried = [{ ...next.carried[0]!, initial: first.carried['state']! }];
    expect([...(await accumulator.scan({ ...next, carried }, signal)).collected]).toEqual([10, 13]);
  });

  it('lets windows overlap', async () => {
    const overlapping = await (
      await host('accumulate.onnx')
    ).scan(sequence(Float32Array.of(1, 2, 3), 2, 1), signal);
    expect([...overlapping.collected]).toEqual([1, 2, 3, 5]);
  });

  it('fails a call that the network refuses, and serves the next', async () => {
    const adder = await host('add.onnx');
    await expect(adder.run({ feeds: { a: tensor(1) } }, signal)).rejects.toThrow('add.onnx failed');
    expect(await adder.run(add, signal)).toHaveProperty('sum');
  });

  it('says which model cannot be opened', async () => {
    const broken = await test.model('broken.onnx', Buffer.from('no network'));
    await expect(broken.run(add, signal)).rejects.toMatchObject({ code: 'model.unavailable' });
  });

  it('rejects the running call when the process dies, and starts a fresh one for the next', async () => {
    const accumulator = await host('accumulate.onnx');
    await accumulator.scan(sequence(Float32Array.of(1, 2)), signal);
    const before = pidOf('accumulate.onnx');
    const long = accumulator.scan(sequence(new Float32Array(4_000_000)), signal);
    const waiting = accumulator.scan(sequence(Float32Array.of(1, 2)), signal);
    process.kill(before, 'SIGKILL');
    await expect(long).rejects.toMatchObject({ code: 'stage.crashed' });
    expect([...(await waiting).collected]).toEqual([1, 2]);
    expect(pidOf('accumulate.onnx')).not.toBe(before);
  });

  it('breaks off a scan that is no longer wanted, and its process goes on', async () => {
    const accumulator = await host('accumulate.onnx');
    const stop = new AbortController();
    const reason = new Error('cancelled');
    await accumulator.scan(sequence(Float32Array.of(1, 2)), signal);
    const long = accumulator.scan(sequence(new Float32Array(4_000_000)), stop.signal);
    const waiting = accumulator.scan(sequence(Float32Array.of(1, 2)), signal);
    const gone = accumulator.scan(sequence(Float32Array.of(1, 2)), stop.signal);
    const pid = pidOf('accumulate.onnx');
    stop.abort(reason);
    await expect(long).rejects.toBe(reason);
    await expect(gone).rejects.toBe(reason);
    expect([...(await waiting).collected]).toEqual([1, 2]);
    expect(pidOf('accumulate.onnx')).toBe(pid);
  });

  it('ends a process that has stopped answering', async () => {
    await using impatient = await TestHouse.open({ silenceMs: 300 });
    const adder = await impatient.model('add.onnx', addModel(3));
    await adder.run(add, signal);
    process.kill(impatient.house.loaded.get('add.onnx')!, 'SIGSTOP');
    await expect(adder.run(add, signal)).rejects.toMatchObject({ code: 'stage.timeout' });
    expect(await adder.run(add, signal)).toHaveProperty('sum');
  });

  it('lets one that has said so be silent for longer', async () => {
    await using impatient = await TestHouse.open({ silenceMs: 300 });
    const napper = await impatient.house.open({
      ...{ name: 'napper', runner: runnerAddress(import.meta.url, './napping-runner.testing') },
      ...{ load: undefined, files: [], processBytes: 100 * 1024 ** 2 },
    });
    const nap = (request: Nap) => napper.call(request, { signal });
    expect(await nap({ ms: 900, saidMs: 60_000 })).toBe('awake');
    await expect(nap({ ms: 60_000 })).rejects.toMatchObject({ code: 'stage.timeout' });
    // What is said holds until something else is said.
    await expect(nap({ ms: 60_000, saidMs: 60_000, thenAlive: true })).rejects.toMatchObject({
      code: 'stage.timeout',
      message: 'The model napper did not answer for 0.3 s.',
    });
  });

  it('does not block the event loop of its parent', async () => {
    const accumulator = await host('accumulate.onnx');
    await accumulator.scan(sequence(Float32Array.of(1, 2)), signal);
    let turns = 0;
    let done = false;
    const turn = () => {
      turns++;
      if (!done) setImmediate(turn);
    };
    turn();
    await accumulator.scan(sequence(new Float32Array(5_000)), signal);
    done = true;
    expect(turns).toBeGreaterThan(10);
  });

  it.runIf(process.platform === 'linux')('leaves nothing when its parent is killed', async () => {
    await host('add.onnx');
    const source = (name: string) => JSON.stringify(join(import.meta.dirname, name));
    const script = `
      const { ModelHouse } = await import(${source('model-house.ts')});
      const { OnnxModel } = await import(${source('../onnx/onnx-model.ts')});
      const house = new ModelHouse({ device: 'cpu', threads: 1 });
      const path = ${JSON.stringify(join(test.folder, 'add.onnx.onnx'))};
      const model = await OnnxModel.open(house, { name: 'x', path });
      const one = { type: 'float32', dims: [1, 3], data: new Float32Array(3) };
      await model.run({ feeds: { a: one, b: one } }, new AbortController().signal);
      console.log(house.loaded.get('x'));
      process.kill(process.pid, 'SIGKILL');`;
    const args = ['--conditions=@intermodal/source', '--input-type=module', '-e', script];
    let printed = '';
    try {
      execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (error) {
      printed = (error as { stdout: string }).stdout;
    }
    const pid = Number(printed.trim());
    expect(pid).toBeGreaterThan(0);
    await expect.poll(() => isRunning(pid)).toBe(false);
  });
});
