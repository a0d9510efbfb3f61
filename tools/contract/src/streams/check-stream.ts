/** An event as it stood in a stream. */
export interface StreamEvent {
  readonly id: string;
  readonly type: string;
  readonly path?: string;
  readonly attempt?: number;
  readonly index?: number;
}

const ENDS: Readonly<Record<string, string>> = {
  'task.completed': 'completed',
  'task.failed': 'failed',
  'task.skipped': 'skipped',
  'task.cancelled': 'cancelled',
};

/**
 * What is wrong with the events of a job, joined from as many connections as it took: each change of state must be there once, in an
 * order that can be.
 * @param tasks of the job as the records have them when it has ended, by path
 * @param status of the job
 */
export function faultsOfStream(
  events: readonly StreamEvent[],
  tasks: Readonly<Record<string, string>>,
  status: string,
): string[] {
  const faults: string[] = [];
  const ids = new Set<string>();
  const ended = new Map<string, string>();
  const attempts = new Map<string, number>();
  const pieces = new Map<string, number>();
  let running = 0;
  for (const [i, { id, type, path, attempt = 0, index }] of events.entries()) {
    if (ids.has(id)) faults.push(`the id ${id} came twice`);
    ids.add(id);
    if (type === 'job.running') running += 1;
    if (type.startsWith('job.') && type !== 'job.running' && i !== events.length - 1)
      faults.push(`${type} came before the end`);
    if (path === undefined) continue;
    const piece = `${path}@${attempt}`;
    if (type === 'task.partial') {
      if (index! <= (pieces.get(piece) ?? -1))
        faults.push(`piece ${index} of ${piece} came twice or too late`);
      pieces.set(piece, index!);
    }
    const state = ENDS[type];
    if (state === undefined && type !== 'task.started' && type !== 'task.retrying') continue;
    if (ended.has(path)) faults.push(`${type} of ${path} came after its end`);
    if (type === 'task.started') {
      if (attempt <= (attempts.get(path) ?? -1)) faults.push(`start ${attempt} of ${path} came twice`);
      attempts.set(path, attempt);
    }
    if (state !== undefined) ended.set(path, state);
  }
  if (running !== 1) faults.push(`job.running came ${running} times`);
  const last = events.at(-1)?.type;
  if (last !== `job.${status}`) faults.push(`the last event is ${last}, and the job is ${status}`);
  for (const [path, state] of Object.entries(tasks))
    if (ended.get(path) !== state) faults.push(`${path} is ${state}, and the stream said ${ended.get(path)}`);
  for (const path of ended.keys()) if (!(path in tasks)) faults.push(`the job has no task ${path}`);
  return faults;
}
