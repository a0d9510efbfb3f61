// For `node --expose-gc --import`: every `TRIAL_MEMORY_MS` this process collects its garbage and adds a line to
// `TRIAL_MEMORY_FILE`. So a program is looked into that knows nothing of it.
import { appendFileSync, readdirSync, readlinkSync } from 'node:fs';
import type { MemorySample } from '../stack/memory-log.ts';

const file = process.env.TRIAL_MEMORY_FILE!;
const FOLDER = '/proc/self/fd';

setInterval(() => {
  globalThis.gc!();
  const { rss, heapUsed, external } = process.memoryUsage();
  const open = readdirSync(FOLDER).map(target);
  const sample: MemorySample = {
    ...{ at: Date.now(), pid: process.pid, rss, held: heapUsed + external },
    ...{ files: open.length, sockets: open.filter((one) => one.startsWith('socket:')).length },
  };
  appendFileSync(file, `${JSON.stringify(sample)}\n`);
}, Number(process.env.TRIAL_MEMORY_MS)).unref();

/** It may be closed by now: the one by which the folder was read always is. */
function target(name: string): string {
  try {
    return readlinkSync(`${FOLDER}/${name}`);
  } catch {
    return '';
  }
}
