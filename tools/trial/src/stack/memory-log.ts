import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const PROGRAM = pathToFileURL(join(resolve(import.meta.dirname, '../../dist'), 'memory-log', 'main.js'));

/** What a process holds just after a garbage collection. */
export interface MemorySample {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly pid: number;
  /** Resident, in bytes. */
  readonly rss: number;
  /** The heap, and buffers outside it, in bytes. */
  readonly held: number;
  /** Open descriptors, sockets included. */
  readonly files: number;
  readonly sockets: number;
}

/**
 * The environment of a process that writes a sample to a file every so often (Linux). On SIGUSR2 it writes a heap
 * snapshot into a folder.
 */
export const memoryLogged = (file: string, everyMs: number, snapshots: string): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: `--expose-gc --import ${PROGRAM} --heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${snapshots}`,
  TRIAL_MEMORY_FILE: file,
  TRIAL_MEMORY_MS: String(everyMs),
});

/** @throws when the process has not written any */
export const readMemoryLog = (file: string): MemorySample[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as MemorySample);
