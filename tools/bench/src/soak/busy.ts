import { availableParallelism, cpus } from 'node:os';
import { cpuSeconds } from '../machine/cpu-time.ts';

/** Parts of the whole machine's processor time: of this process and all that it started, and of everything else. */
export interface Busy {
  readonly ours: number;
  readonly others: number;
}

/** From one call to the next. */
export function busyMeter(): () => Busy {
  const look = () => ({ at: performance.now(), ours: cpuSeconds(process.pid), all: busySeconds() });
  let last = look();
  return () => {
    const now = look();
    const seconds = ((now.at - last.at) * availableParallelism()) / 1_000;
    const ours = (now.ours - last.ours) / seconds;
    const others = Math.max(0, (now.all - last.all) / seconds - ours);
    last = now;
    return { ours, others };
  };
}

const busySeconds = (): number =>
  cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1_000;
