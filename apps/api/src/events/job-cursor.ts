import { IntermodalError } from '@intermodal/contracts';
import type { Snapshot } from '@intermodal/pipeline';

/** All that a stream of a job has told: which is why any process can go on with it (decision 0020). */
export interface JobCursor {
  /** The state of the job that was told. */
  readonly job: 'queued' | 'running' | 'ended';
  /** What could be seen in it was told; undefined: nothing yet. */
  readonly seen?: Snapshot | undefined;
  /** What could be seen in a later one is being told: up to the task with this number. */
  readonly page?: { readonly now: Snapshot; readonly after: string } | undefined;
  /** The last piece in the transport. */
  readonly told?: string | undefined;
}

export const START: JobCursor = { job: 'queued' };

export const showCursor = ({ job, seen, page, told }: JobCursor): string =>
  [job[0], seen, page?.now, page?.after, told].map((part) => part ?? '').join(';');

const STATES = { q: 'queued', r: 'running', e: 'ended' } as const;

/** @throws IntermodalError `request.invalid` */
export function readCursor(text: string | undefined): JobCursor {
  if (text === undefined) return START;
  const [state = '', seen = '', now = '', after = '', told = '', ...rest] = text.split(';');
  const job = STATES[state as keyof typeof STATES] as JobCursor['job'] | undefined;
  const isGood =
    job &&
    rest.length === 0 &&
    [seen, now].every((one) => one === '' || isSnapshot(one)) &&
    (now === '' ? after === '' : isNumber(after)) &&
    (told === '' || told.split('-').every(isNumber));
  if (!isGood)
    throw new IntermodalError(
      'request.invalid',
      'Last-Event-ID: send the id of an event of this stream as it was received, or none to begin anew.',
    );
  return {
    job,
    ...(seen !== '' && { seen }),
    ...(now !== '' && { page: { now, after } }),
    ...(told !== '' && { told }),
  };
}

/** What PostgreSQL takes for a pg_snapshot: first and last number, then those between them in order. */
function isSnapshot(text: string): boolean {
  const [first = '', last = '', between = '', ...rest] = text.split(':');
  const all = [first, ...(between === '' ? [] : between.split(',')), last];
  if (rest.length > 0 || !all.every(isNumber)) return false;
  const numbers = all.map(BigInt);
  return numbers[0]! > 0n && numbers.every((one, i) => i === 0 || numbers[i - 1]! <= one);
}

/** That fits into a bigint of the database. */
const isNumber = (text: string): boolean => /^\d{1,18}$/.test(text);
