import { appendFileSync, readFileSync } from 'node:fs';
import { parseId } from '@intermodal/contracts';

/** What a process saw happen, for whoever asks afterwards whether a fault had any effect. */
export class EffectLog {
  readonly #file: string | undefined;

  constructor(file: string | undefined) {
    this.#file = file;
  }

  /** A task is about to be executed. @param together in one call with others, while it holds no slot */
  began(taskId: string, attempt: number, together: boolean): void {
    this.#write(`${BEGAN}${taskId}:${attempt}:${process.pid}:${together ? 'together' : 'alone'}`, 1);
  }

  /** One that ran alone has run, whatever came of it; it is not on record yet. */
  ended(taskId: string, attempt: number): void {
    this.#write(`${ENDED}${taskId}:${attempt}:${process.pid}`, 1);
  }

  count(effect: string, times = 1): void {
    if (times > 0) this.#write(effect, times);
  }

  /** Written when it returns: the process may be about to die. */
  #write(what: string, times: number): void {
    if (this.#file !== undefined) appendFileSync(this.#file, `${what} ${times}\n`);
  }
}

const BEGAN = 'began:';
const ENDED = 'ended:';
/** What earlier versions, which an upgrade begins with, wrote of one that began: with no process. */
const RAN = 'ran:';

export interface Execution {
  /** As in the record. */
  readonly taskId: string;
  readonly attempt: number;
  /** Of the process. */
  readonly pid: number;
  readonly together: boolean;
  /** Of those that are not together: whether the process saw the end of it. */
  ended: boolean;
}

/** The sum of what all processes wrote. */
export interface Effects {
  readonly counts: ReadonlyMap<string, number>;
  /** In the order in which they began. */
  readonly executions: readonly Execution[];
}

export function readEffects(file: string): Effects {
  const counts = new Map<string, number>();
  const executions: Execution[] = [];
  const running = new Map<string, Execution>();
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const [what, times] = line.split(' ') as [string, string];
    if (what.startsWith(BEGAN)) {
      const [taskId, attempt, pid, how] = what.slice(BEGAN.length).split(':') as [
        string,
        string,
        string,
        string,
      ];
      const one = {
        taskId: parseId('task', taskId)!,
        attempt: Number(attempt),
        pid: Number(pid),
        together: how === 'together',
        ended: false,
      };
      executions.push(one);
      running.set(`${taskId}:${attempt}:${pid}`, one);
    } else if (what.startsWith(ENDED)) {
      running.get(what.slice(ENDED.length))!.ended = true;
    } else if (what.startsWith(RAN)) {
      const [taskId, attempt] = what.slice(RAN.length).split(':') as [string, string];
      const unknown = { pid: 0, together: true, ended: false };
      executions.push({ taskId: parseId('task', taskId)!, attempt: Number(attempt), ...unknown });
    } else counts.set(what, (counts.get(what) ?? 0) + Number(times));
  }
  return { counts, executions };
}
