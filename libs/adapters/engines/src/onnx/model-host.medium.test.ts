import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accumulateModel, addModel, childProcesses, isRunning } from '@intermodal/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ModelHost } from './model-host.ts';
import type { PlainTensor, ScanRequest } from './protocol.ts';

const { signal } = new AbortController();
let folder: string;
const hosts: ModelHost[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-onnx-'));
  await writeFile(join(folder, 'add.onnx'), addModel(3));
  await writeFile(join(folder, 'accumulate.onnx'), accumulateModel(2));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()));
  expect(childProcesses()).toEqual([]);
});

function host(file: string, silenceTimeoutMs?: number): ModelHost {
  const made = new ModelHost({ name: file, modelPath: join(folder, file), threads: 1, silenceTimeoutMs });
  hosts.push(made);
  return made;
}

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
    const adder = host('add.onnx');
    const { sum } = await adder.run(add, signal);
    expect([...(sum!.data as Float32Array)]).toEqual([11, 22, 33]);
    const { pid } = adder;
    await Promise.all([adder.run(add, signal), adder.run(add, signal)]);
    expect(adder.pid).toBe(pid);
  });

  it('carries the state of a recurrent network through a sequence and on to the next', async () => {
    const accumulator = host('accumulate.onnx');
    const first = await accumulator.scan(sequence(Float32Array.of(1, 2, 3, 4, 5, 6)), signal);
    expect([...first.collected]).toEqual([1, 2, 4, 6, 9, 12]);
    const next = sequence(Float32Array.of(1, 1));
    const carried = [{ ...next.carried[0]!, initial: first.carried['state']! }];
    expect([...(await accumulator.scan({ ...next, carried }, signal)).collected]).toEqual([10, 13]);
  });

  it('lets windows overlap', async () => {
    const overlapping = await host('accumulate.onnx').scan(sequence(Float32Array.of(1, 2, 3), 2, 1), signal);
    expect([...overlapping.collected]).toEqual([1, 2, 3, 5]);
  });

  it('fails a call that the network refuses, and serves the next', async () => {
    const adder = host('add.onnx');
    await expect(adder.run({ feeds: { a: tensor(1) } }, signal)).rejects.toThrow('add.onnx failed');
    expect(await adder.run(add, signal)).toHaveProperty('sum');
  });

  it('says which model cannot be opened', async () => {
    await writeFile(join(folder, 'broken.onnx'), 'no network');
    await expect(host('broken.onnx').run(add, signal)).rejects.toMatchObject({ code: 'model.unavailable' });
  });

  it('rejects the running call when the process dies, and starts a fresh one for the next', async () => {
    const accumulator = host('accumulate.onnx');
    await accumulator.scan(sequence(Float32Array.of(1, 2)), signal);
    const before = accumulator.pid!;
    const long = accumulator.scan(sequence(new Float32Array(4_000_000)), signal);
    const waiting = accumulator.scan(sequence(Float32Array.of(1, 2)), signal);
    process.kill(before, 'SIGKILL');
    await expect(long).rejects.toMatchObject({ code: 'stage.crashed' });
    expect([...(await waiting).collected]).toEqual([1, 2]);
    expect(accumulator.pid).not.toBe(before);
  });

  it('ends the process of an aborted call, and no other call suffers', async () => {
    const accumulator = host('accumulate.onnx');
    const stop = new AbortController();
    const reason = new Error('cancelled');
    await accumulator.scan(sequence(Float32Array.of(1, 2)), signal);
    const long = accumulator.scan(sequence(new Float32Array(4_000_000)), stop.signal);
    const waiting = accumulator.scan(sequence(Float32Array.of(1, 2)), signal);
    const gone = accumulator.scan(sequence(Float32Array.of(1, 2)), stop.signal);
    stop.abort(reason);
    await expect(long).rejects.toBe(reason);
    await expect(gone).rejects.toBe(reason);
    expect([...(await waiting).collected]).toEqual([1, 2]);
  });

  it('ends a process that has stopped answering', async () => {
    const adder = host('add.onnx', 300);
    await adder.run(add, signal);
    process.kill(adder.pid!, 'SIGSTOP');
    await expect(adder.run(add, signal)).rejects.toMatchObject({ code: 'stage.timeout' });
    expect(await adder.run(add, signal)).toHaveProperty('sum');
  });

  it('does not block the event loop of its parent', async () => {
    const accumulator = host('accumulate.onnx');
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
    const source = join(import.meta.dirname, 'model-host.ts');
    const script = `
      const { ModelHost } = await import(${JSON.stringify(source)});
      const host = new ModelHost({ name: 'x', modelPath: ${JSON.stringify(join(folder, 'add.onnx'))}, threads: 1 });
      const one = { type: 'float32', dims: [1, 3], data: new Float32Array(3) };
      await host.run({ feeds: { a: one, b: one } }, new AbortController().signal);
      console.log(host.pid);
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
