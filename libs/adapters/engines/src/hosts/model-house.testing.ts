import { once, EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childProcesses } from '@intermodal/testing';
import { expect } from 'vitest';
import { OnnxModel } from '../onnx/onnx-model.ts';
import type { OnnxRequest } from '../onnx/requests.ts';
import type { EndReason, HostEvent } from './model-host.ts';
import { ModelHouse, type ModelHouseOptions } from './model-house.ts';

/** A house with models of a test in a folder, and what happened in it. */
export class TestHouse implements AsyncDisposable {
  readonly house: ModelHouse;
  readonly events: HostEvent[] = [];
  readonly folder: string;
  readonly #emitter = new EventEmitter();

  static async open(options: Partial<ModelHouseOptions> = {}): Promise<TestHouse> {
    return new TestHouse(await mkdtemp(join(tmpdir(), 'intermodal-house-')), options);
  }

  private constructor(folder: string, options: Partial<ModelHouseOptions>) {
    this.folder = folder;
    this.house = new ModelHouse({
      ...{ device: 'cpu', threads: 1, folder: join(folder, 'arrays') },
      ...options,
      onEvent: (event) => {
        this.events.push(event);
        this.#emitter.emit(event.kind, event);
        options.onEvent?.(event);
      },
    });
  }

  async model(name: string, bytes: Uint8Array, warmUp?: OnnxRequest): Promise<OnnxModel> {
    const path = join(this.folder, `${name}.onnx`);
    await writeFile(path, bytes);
    return OnnxModel.open(this.house, { name, path, warmUp });
  }

  /** Why processes ended, in the order in which they did: `add: evicted`. */
  get endings(): string[] {
    return this.events.flatMap((event) => (event.kind === 'ended' ? [`${event.model}: ${event.why}`] : []));
  }

  /** The next event of a kind. */
  async next(kind: HostEvent['kind']): Promise<HostEvent & { readonly why?: EndReason }> {
    const [event] = (await once(this.#emitter, kind)) as [HostEvent];
    return event;
  }

  /** Resolves to the process of a model when that is in the middle of a run: it has computed for a while since it was loaded. */
  async running(model: string): Promise<number> {
    const isLoaded = (event: HostEvent) => event.kind === 'loaded' && event.model === model;
    const before = this.events.filter(isLoaded).length;
    const isAgain = () => this.events.filter(isLoaded).length > before;
    while (!this.house.loaded.has(model) || !isAgain()) await this.next('loaded');
    const pid = this.house.loaded.get(model)!;
    const ticks = ticksOf(pid);
    await expect.poll(() => ticksOf(pid) - ticks, { timeout: 20_000 }).toBeGreaterThan(5);
    return pid;
  }

  /** Fails when a process is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.house.close();
    await rm(this.folder, { recursive: true });
    expect(childProcesses()).toEqual([]);
  }
}

/** Processor time that it has used so far, in hundredths of a second. */
function ticksOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
