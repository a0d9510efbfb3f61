import type { Device } from './engine.ts';

/** A model, and how a process of its own opens it. */
export interface HostedModelSpec {
  /** The id of the model: for sentences, and for `INTERMODAL_MODELS_PINNED`. */
  readonly name: string;
  /** The address of the module that loads and runs it in that process. */
  readonly runner: string;
  /** What that module is given to load. */
  readonly load: unknown;
  /** Absolute paths that must be there. Their sizes give the memory that it may need, until that is measured. */
  readonly files: readonly string[];
  /** What its process takes with Node and the library of its engine, before any weights. */
  readonly processBytes: number;
  /** What its entry says that the process takes, where it does: thought in place of what the files give. */
  readonly memoryBytes?: Partial<Readonly<Record<Device, number>>>;
  /** Made before each process is started: of what would end it without a word. */
  readonly check?: () => Promise<void>;
  /** The device of all models when left out. */
  readonly device?: Device;
  /** How many calls its process answers at the same time; 1 when left out. */
  readonly atOnce?: number;
  /**
   * What its runner loads to find out whether this library can use the graphics card, where it is another one than that of most
   * models. Asked once in a worker.
   */
  readonly deviceProbe?: unknown;
  /** A request that is made once, as soon as it is loaded: then it is known how much memory it takes. */
  readonly warmUp?: unknown;
}

export interface HostedCall {
  readonly signal: AbortSignal;
  /** What comes before the result. */
  readonly onPartial?: (value: unknown) => void;
}

/** A model that is loaded when it is called, and may be put out of memory between two calls. */
export interface HostedModel {
  readonly device: Device;
  /**
   * Calls of one model take turns, `atOnce` at a time. Requests and results are plain values and typed arrays.
   * @throws IntermodalError `model.unavailable`, `model.too_large`, `model.out_of_memory`, `model.input_invalid`, `stage.crashed`,
   * `stage.timeout`; the reason of `signal`
   */
  call(request: unknown, options: HostedCall): Promise<unknown>;
  /** Ends what is loaded. */
  close(): Promise<void>;
}

/** Where models run: each in a process of its own, as many at once as there is memory for. */
export interface ModelHosts {
  /** Where models run whose spec names no device. */
  readonly device: Device;
  open(spec: HostedModelSpec): Promise<HostedModel>;
}
