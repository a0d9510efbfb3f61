import { readFileSync } from 'node:fs';

const EVERY_MS = 20;

/** The largest of what some processes have in memory, looked at every now and then. */
export class MemoryWatch {
  readonly beforeMb: number;
  #peakMb: number;
  readonly #pids: readonly number[];
  readonly #timer: NodeJS.Timeout;

  constructor(pids: readonly (number | undefined)[]) {
    this.#pids = pids.flatMap((pid) => pid ?? []);
    this.beforeMb = this.nowMb();
    this.#peakMb = this.beforeMb;
    this.#timer = setInterval(() => this.nowMb(), EVERY_MS);
  }

  nowMb(): number {
    const seen = Math.max(...this.#pids.map(residentMb));
    this.#peakMb = Math.max(this.#peakMb ?? 0, seen);
    return seen;
  }

  stop(): { beforeMb: number; peakMb: number; afterMb: number } {
    clearInterval(this.#timer);
    const afterMb = this.nowMb();
    return { beforeMb: this.beforeMb, peakMb: this.#peakMb, afterMb };
  }
}

function residentMb(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round((Number(kib) * 1_024) / 1e6);
}
