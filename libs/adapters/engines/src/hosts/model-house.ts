import { stat } from 'node:fs/promises';
import { tmpdir, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { IntermodalError } from '@intermodal/contracts';
import type { Device, HostedModel, HostedModelSpec, ModelHosts } from '@intermodal/models';
import { MemoryBudget } from './memory-budget.ts';
import { MemoryWatch } from './memory-watch.ts';
import { ModelHost, type HostEvent } from './model-host.ts';
import { probeDevice, type DeviceChoice, type ProbedDevice } from './probe-device.ts';

export interface ModelHouseOptions {
  /** Where models run that do not name a device. */
  readonly device: Device;
  /** Where models may run of libraries that find out for themselves; `device` when left out. */
  readonly deviceChoice?: DeviceChoice;
  /** Bytes of main memory that models may take; a quarter of what there is when left out. */
  readonly memoryBytes?: number;
  /** The same of the graphics card, by what models are thought to need there; no limit when left out. */
  readonly cudaMemoryBytes?: number;
  /** Threads of one run. */
  readonly threads: number;
  /** For large arrays on their way to models and back; one of this process among temporary files when left out. */
  readonly folder?: string;
  /** A model that is not called for so long is put out of memory; 10 minutes when left out. */
  readonly idleMs?: number;
  /** Names of models that are loaded at once and stay. */
  readonly pinned?: readonly string[];
  /** A call without a sign of life for so long is ended; 30 s when left out. */
  readonly silenceMs?: number;
  /** How long loading may take; 5 minutes when left out. */
  readonly loadMs?: number;
  readonly onEvent?: (event: HostEvent) => void;
  /** Told once for each library that finds out for itself. */
  readonly onProbed?: (probed: ProbedDevice) => void;
}

const IDLE_MS = 10 * 60_000;
const SILENCE_MS = 30_000;
const LOAD_MS = 5 * 60_000;
const GRACE_MS = 1_000;

/** A machine runs workers of several pools, Postgres and more. */
const SHARE = 1 / 4;
/** Weights are there twice while they are loaded. */
const PER_WEIGHT = 2;

const SETTINGS: Readonly<Record<Device, string>> = {
  cpu: 'INTERMODAL_MODEL_MEMORY_BYTES',
  cuda: 'INTERMODAL_CUDA_MEMORY_BYTES',
};

/** The models of one worker: a host for each, and room for as many loaded ones as its memory allows. */
export class ModelHouse implements ModelHosts, AsyncDisposable {
  readonly #options: ModelHouseOptions;
  readonly #budgets: Readonly<Record<Device, MemoryBudget>>;
  readonly #watch: MemoryWatch;
  /** By runner. */
  readonly #probed = new Map<string, Promise<ProbedDevice>>();
  readonly #hosts = new Map<string, { readonly host: ModelHost; users: number }>();

  constructor(options: ModelHouseOptions) {
    this.#options = options;
    this.#budgets = {
      cpu: new MemoryBudget(options.memoryBytes ?? usualMemoryBytes(), SETTINGS.cpu),
      cuda: new MemoryBudget(options.cudaMemoryBytes ?? Infinity, SETTINGS.cuda),
    };
    // The memory of a graphics card is not seen from outside: there estimates stand.
    this.#watch = new MemoryWatch(this.#budgets.cpu, () => this.#hostsOn('cpu'));
  }

  /**
   * Two that open the same model on the same device share its host.
   * @throws IntermodalError `model.unavailable` when a file is missing; what `call` throws, when the model is pinned
   */
  async open(spec: HostedModelSpec): Promise<HostedModel> {
    const device = spec.device ?? (await this.#deviceOf(spec));
    const weightBytes = await sizeOf(spec);
    const key = `${spec.name} ${device}`;
    const entry = this.#hosts.get(key) ?? { host: this.#hostOf(spec, device, weightBytes), users: 0 };
    this.#hosts.set(key, entry);
    entry.users++;
    const { host } = entry;
    let open = true;
    const close = async (): Promise<void> => {
      if (!open) return;
      open = false;
      if (--entry.users > 0) return;
      this.#hosts.delete(key);
      await host.close();
    };
    try {
      if (host.pinned) await host.load(new AbortController().signal);
    } catch (error) {
      await close();
      throw error;
    }
    return { device, call: (request, options) => host.call(request, options), close };
  }

  get device(): Device {
    return this.#options.device;
  }

  get memoryBytes(): number {
    return this.#budgets.cpu.limitBytes;
  }

  /** The processes that hold a model now, by its name. For tests and measurements. */
  get loaded(): ReadonlyMap<string, number> {
    const all = [...this.#hosts.values()].flatMap(({ host }) =>
      host.pid === undefined ? [] : [[host.name, host.pid] as const],
    );
    return new Map(all);
  }

  /** The models that are in memory now, and what the process of each takes: measured, or thought where it cannot be. */
  residents(): readonly { readonly model: string; readonly device: Device; readonly bytes: number }[] {
    return [...this.#hosts.values()].flatMap(({ host }) =>
      host.isLoaded
        ? [{ model: host.name, device: host.device, bytes: host.measure()?.bytes ?? host.bytes }]
        : [],
    );
  }

  /** Ends every process and waits until all have ended. */
  async close(): Promise<void> {
    this.#watch.stop();
    const hosts = [...this.#hosts.values()];
    this.#hosts.clear();
    await Promise.all(hosts.map(({ host }) => host.close()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #deviceOf({ name, runner, deviceProbe }: HostedModelSpec): Promise<Device> {
    const { device: usual, deviceChoice: choice = usual, onProbed } = this.#options;
    if (deviceProbe === undefined) return usual;
    const known = this.#probed.get(runner) ?? probeDevice(choice, { runner, load: deviceProbe });
    if (!this.#probed.has(runner)) void known.then(onProbed);
    this.#probed.set(runner, known);
    const { device, reason } = await known;
    if (choice === 'cuda' && device !== 'cuda')
      throw new IntermodalError(
        'engine.unavailable',
        `INTERMODAL_DEVICE is 'cuda', and the library of the model ${name} cannot use it: ${reason}`,
      );
    return device;
  }

  #hostsOn(device: Device): readonly ModelHost[] {
    return [...this.#hosts.values()].map(({ host }) => host).filter((host) => host.device === device);
  }

  #hostOf(spec: HostedModelSpec, device: Device, weightBytes: number): ModelHost {
    const folder = this.#options.folder ?? join(tmpdir(), `intermodal-hosts-${process.pid}`);
    const { threads, idleMs, pinned, silenceMs, loadMs, onEvent } = this.#options;
    return new ModelHost({
      process: {
        ...{ spec, device, threads, folder: join(folder, `${spec.name}-${device}`), graceMs: GRACE_MS },
        ...{ silenceMs: silenceMs ?? SILENCE_MS, loadMs: loadMs ?? LOAD_MS },
      },
      budget: this.#budgets[device],
      estimateBytes:
        spec.memoryBytes?.[device] ?? PER_WEIGHT * weightBytes + (device === 'cpu' ? spec.processBytes : 0),
      pinned: pinned?.includes(spec.name) ?? false,
      idleMs: idleMs ?? IDLE_MS,
      onEvent: (event) => {
        if (event.kind === 'loading') this.#watch.start();
        onEvent?.(event);
      },
    });
  }
}

/** What the models of one worker may take where nothing else is said. */
export const usualMemoryBytes = (): number => memoryOfMachine() * SHARE;

/** Of the machine, or of the container that this runs in. */
export const memoryOfMachine = (): number => Math.min(process.constrainedMemory() || Infinity, totalmem());

/** Every file is looked at before a process is: a missing one would end some engines without a word. */
async function sizeOf({ name, files }: HostedModelSpec): Promise<number> {
  let bytes = 0;
  for (const file of files) {
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile()) {
      const sentence = `The model ${name} cannot be opened: its file ${basename(file)} is missing. Look what is there: intermodal models verify.`;
      throw new IntermodalError('model.unavailable', sentence);
    }
    bytes += found.size;
  }
  return bytes;
}
