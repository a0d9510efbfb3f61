/** What the models of a machine may take, as its workers are set. */
export interface SharedMemory {
  readonly machineBytes: number;
  /** Of one worker: what INTERMODAL_MODEL_MEMORY_BYTES says, or a quarter of the machine. */
  readonly workerBytes: number;
  /** Those that load models, a worker each. */
  readonly pools: readonly string[];
}

/** Where the workers of one machine may fill more memory than it has: each of them keeps to its own limit and knows of no other. */
export function overfull({ machineBytes, workerBytes, pools }: SharedMemory): string | undefined {
  const all = workerBytes * pools.length;
  if (all <= machineBytes) return undefined;
  return (
    `Models may take ${gibibytes(workerBytes)} in each of ${pools.length} workers (${pools.join(', ')}), ${gibibytes(all)} together, ` +
    `and this machine has ${gibibytes(machineBytes)}. Set INTERMODAL_MODEL_MEMORY_BYTES to ${Math.floor(machineBytes / pools.length)} ` +
    'at most, or be ready to see models ended by the kernel.'
  );
}

const gibibytes = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
