import { appendFileSync, readFileSync } from 'node:fs';

/** What a process saw happen, for whoever asks afterwards whether a fault had any effect. */
export class EffectLog {
  readonly #file: string | undefined;

  constructor(file: string | undefined) {
    this.#file = file;
  }

  /** A task is about to be executed. */
  ran(taskId: string, attempt: number): void {
    this.#write(`ran:${taskId}:${attempt}`, 1);
  }

  count(effect: string, times = 1): void {
    if (times > 0) this.#write(effect, times);
  }

  /** Written when it returns: the process may be about to die. */
  #write(what: string, times: number): void {
    if (this.#file !== undefined) appendFileSync(this.#file, `${what} ${times}\n`);
  }
}

/** The sum of what all processes wrote. */
export interface Effects {
  readonly counts: ReadonlyMap<string, number>;
  /** How often each attempt of each task was executed, by `TASK:ATTEMPT`. */
  readonly executions: ReadonlyMap<string, number>;
}

export function readEffects(file: string): Effects {
  const counts = new Map<string, number>();
  const executions = new Map<string, number>();
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const [what, times] = line.split(' ') as [string, string];
    const [into, name] = what.startsWith('ran:') ? [executions, what.slice(4)] : [counts, what];
    into.set(name, (into.get(name) ?? 0) + Number(times));
  }
  return { counts, executions };
}
