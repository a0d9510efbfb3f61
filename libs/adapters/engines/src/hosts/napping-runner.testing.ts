import type { Runner, RunnerCall } from './runner.ts';

export interface Nap {
  /** How long the thread is blocked, as by a native run. */
  readonly ms: number;
  /** What is said of that before. */
  readonly saidMs?: number;
  /** Whether it is said after that that it goes on as usual. */
  readonly thenAlive?: boolean;
}

/** A model that does nothing for a while. */
export const load = async (): Promise<Runner> => ({ handle: (request, call) => nap(request as Nap, call) });

async function nap({ ms, saidMs, thenAlive = false }: Nap, { alive, partial }: RunnerCall): Promise<string> {
  partial('tired');
  if (saidMs !== undefined) alive(saidMs);
  if (thenAlive) alive();
  // What was said is on its way.
  await new Promise(setImmediate);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  return 'awake';
}
