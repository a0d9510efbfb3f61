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

export type OnnxRequest =
  | { readonly kind: 'run'; readonly request: RunRequest }
  | { readonly kind: 'scan'; readonly request: ScanRequest };

/** Where the network is: a file, or itself. */
export type OnnxLoad = { readonly path: string } | { readonly bytes: Uint8Array };
