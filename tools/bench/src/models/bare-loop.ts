import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { WorkFolder } from './work-files.ts';
import type { WorkloadName } from './workload.ts';

// Run from source, or from dist: the child is of the same kind as this file.
const fromSource = import.meta.url.endsWith('.ts');
const childPath = fileURLToPath(new URL(fromSource ? './bare-child.ts' : './bare-child.js', import.meta.url));

/** So many times in one fresh process, in a plain loop. Resolves to its milliseconds, without those of its start. */
export async function runBareLoop(name: WorkloadName, times: number, files: WorkFolder): Promise<number> {
  const child = fork(childPath, [name, String(times), files.folder, files.mirror], {
    execArgv: fromSource ? ['--conditions=@intermodal/source'] : [],
  });
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`The bare loop ended with ${String(code)}.`);
  });
  failed.catch(() => {});
  const [{ ms }] = (await Promise.race([once(child, 'message'), failed])) as [{ ms: number }];
  return ms;
}
