/** A tensor as it crosses the process boundary. */
export interface PlainTensor {
  readonly type: 'float32' | 'int64' | 'int32' | 'uint8' | 'bool';
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array | Int32Array | Uint8Array;
}

export type PlainTensors = Readonly<Record<string, PlainTensor>>;

/** One run of a network. */
export interface RunRequest {
  readonly feeds: PlainTensors;
  /** Outputs that are wanted; all when left out. */
  readonly outputs?: readonly string[];
}

/**
 * A recurrent network over a whole sequence, with its state kept in the child: ten seconds of audio are one message. Step i
 * sees `window` values from `i * hop` on.
 */
export interface ScanRequest {
  readonly sequence: {
    readonly input: string;
    readonly dims: readonly number[];
    readonly data: Float32Array;
    readonly window: number;
    readonly hop: number;
  };
  readonly carried: readonly {
    readonly input: string;
    readonly output: string;
    readonly initial: PlainTensor;
  }[];
  readonly constants: PlainTensors;
  /** The float output that is collected from every step, flattened. */
  readonly collect: string;
}

export interface ScanResult {
  readonly collected: Float32Array;
  /** The state after the last step by the name of its input, to go on with. */
  readonly carried: PlainTensors;
}

export type ToChild =
  | { readonly kind: 'run'; readonly id: number; readonly request: RunRequest }
  | { readonly kind: 'scan'; readonly id: number; readonly request: ScanRequest };

export type FromChild =
  | { readonly kind: 'ready' }
  | { readonly kind: 'ran'; readonly id: number; readonly outputs: PlainTensors }
  | { readonly kind: 'scanned'; readonly id: number; readonly result: ScanResult }
  /** Sent while a long scan goes on: the silence timer of the parent begins again. */
  | { readonly kind: 'heartbeat'; readonly id: number }
  /** `id` 0: the model could not be opened. */
  | { readonly kind: 'error'; readonly id: number; readonly message: string };
