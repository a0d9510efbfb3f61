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

  /** A process is no more, which was not told to end: written by whoever started it. */
  brokenOff(pid: number): void {
    this.#write(`${BROKEN_OFF}${pid}`, 1);
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
const BROKEN_OFF = 'broken-off:';
/** What earlier versions, which an upgrade begins with, wrote of one that began: with no process. */
const RAN = 'ran:';

export interface Execution {
  /** How many began before it. */
  readonly place: number;
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
  /** By process: how many executions had begun, of all processes, when it was no more. */
  readonly brokenOff: ReadonlyMap<number, number>;
}

export function readEffects(file: string): Effects {
  const counts = new Map<string, number>();
  const executions: Execution[] = [];
  const running = new Map<string, Execution>();
  const brokenOff = new Map<number, number>();
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
        place: executions.length,
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
      const unknown = { place: executions.length, pid: 0, together: true, ended: false };
      executions.push({ taskId: parseId('task', taskId)!, attempt: Number(attempt), ...unknown });
    } else if (what.startsWith(BROKEN_OFF)) {
      brokenOff.set(Number(what.slice(BROKEN_OFF.length)), executions.length);
    } else counts.set(what, (counts.get(what) ?? 0) + Number(times));
  }
  return { counts, executions, brokenOff };
}
