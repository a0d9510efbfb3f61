import { readFileSync } from 'node:fs';

/** Resident memory of a process, in bytes. */
export interface ProcessMemory {
  readonly bytes: number;
  /** The most so far. Of this program alone: `ru_maxrss` would count what its parent held when it was started. */
  readonly peakBytes: number;
}

/** Undefined when the process is gone, and where there is no /proc: there nothing is measured and estimates stand. */
export function memoryOf(pid: number): ProcessMemory | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const bytesOf = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024;
    const bytes = bytesOf('VmRSS');
    // A process that has ended and is not yet waited for has none.
    return bytes === 0 ? undefined : { bytes, peakBytes: bytesOf('VmHWM') };
  } catch {
    return undefined;
  }
}
