import { appendFileSync, readFileSync } from 'node:fs';

/** What a process saw happen, for whoever asks afterwards whether a fault had any effect. */
export class EffectLog {
  readonly #file: string | undefined;

  constructor(file: string | undefined) {
    this.#file = file;
  }

  /** Written when it returns: the process may be about to die. */
  count(effect: string, times = 1): void {
    if (this.#file !== undefined && times > 0) appendFileSync(this.#file, `${effect} ${times}\n`);
  }
}

/** The sum of what all processes wrote. */
export function readEffects(file: string): Map<string, number> {
  const effects = new Map<string, number>();
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const [effect, times] = line.split(' ') as [string, string];
    effects.set(effect, (effects.get(effect) ?? 0) + Number(times));
  }
  return effects;
}
