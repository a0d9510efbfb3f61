import { showId } from './id.ts';

/** Every field that a line of a log may have, in every process; whatever else is said stands in `details`. */
export const LOG_FIELDS = {
  time: 'When it was written, ISO 8601 in UTC.',
  level: '`trace`, `debug`, `info`, `warn`, `error` or `fatal`.',
  msg: 'What happened, for people. It does not change with ids or numbers, except where it is the message of an error.',
  service: '`intermodal-api` or `intermodal-workers`, as `service.name` of its spans.',
  version: 'Of the program that wrote it.',
  pool: 'Of a worker.',
  worker: 'The id of the worker process; `service.instance.id` of its spans.',
  requestId: 'Of the HTTP request that it was written for, as in the header x-request-id and in problems.',
  traceId: 'Of the trace that it was written in, where the process traces.',
  spanId: 'The span that was under way.',
  jobId: 'The job, `job_…`.',
  taskId: 'The task, `task_…`.',
  node: 'The path of the task in its job, e.g. `lines[3].said`.',
  stage: 'The stage with its version.',
  attempt: 'Of the task or delivery, from 1.',
  code: 'Of an error: one of the [error codes](errors.md).',
  method: 'Of an HTTP request.',
  path: 'Of an HTTP request, without its query.',
  status: 'Of an HTTP answer.',
  durationMs: 'How long it took, in milliseconds.',
  err: 'An unforeseen error: `type`, `message` and `stack`. It may name files and hosts of the installation; no user is shown it.',
  details: 'What only this line says.',
} as const satisfies Record<string, string>;

/** The form of a line, for whatever writes it (pino's options). */
export const LOG_FORM = {
  formatters: {
    level: (level: string) => ({ level }),
    bindings: (given: Record<string, unknown>) => logFieldsOf(given),
    log: (given: Record<string, unknown>) => logFieldsOf(given),
  },
  timestamp: () => `,"time":"${new Date().toISOString()}"`,
};

/** Fields by their names, ids as people see them, and what has no name in `details`. */
export function logFieldsOf(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  let details: Record<string, unknown> | undefined;
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (name === 'details') details = { ...details, ...(value as Record<string, unknown>) };
    else if (Object.hasOwn(LOG_FIELDS, name)) fields[name] = shown(name, value);
    else details = { ...details, [name]: value };
  }
  return details ? { ...fields, details } : fields;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const shown = (name: string, value: unknown): unknown =>
  typeof value === 'string' && UUID.test(value) && (name === 'jobId' || name === 'taskId')
    ? showId(name === 'jobId' ? 'job' : 'task', value)
    : value;
