import { RunnerFault } from '../hosts/runner.ts';

/** Why onnxruntime failed to open a network. Whoever asked for the job may read it: it has no path of this machine. */
export function openingFault(error: unknown): Error {
  const why = say(error).replace(/ from \S+ failed/, ' failed');
  return outOfMemory(why, `could not be opened: ${why}`) ?? new Error(why);
}

/** Why onnxruntime failed to run a network. */
export function runFault(error: unknown): RunnerFault {
  const why = say(error);
  return outOfMemory(why, `failed: ${why}`) ?? new RunnerFault('model.failed', `failed: ${why}`);
}

/** Memory that the library was not given, in its words. */
const outOfMemory = (why: string, clause: string): RunnerFault | undefined =>
  /bad_alloc|failed to allocate memory/i.test(why)
    ? new RunnerFault('model.out_of_memory', clause)
    : undefined;

const say = (error: unknown): string => (error instanceof Error ? error.message : String(error));
