import type { Health, NotServing } from '@intermodal/contracts';
import { jsonAnswer, type StatusAnswer } from './status-routes.ts';

/** A check that takes longer than this has failed: a probe must not hang with what it probes. */
const CHECK_TIMEOUT_MS = 2_000;

/** `check` rejects when the service cannot be reached. */
export type Services = Readonly<Record<keyof Health['checks'], { check(): Promise<void> }>>;

/** Without the records nothing is accepted or done; without the others, work waits. */
async function checkHealth(services: Services): Promise<Health> {
  const [records, queue, store] = await Promise.all([
    outcome(services.records, 'the records cannot be reached'),
    outcome(services.queue, 'the queue cannot be reached'),
    outcome(services.store, 'the artifact store cannot be reached'),
  ]);
  const status = !records.ok ? 'unavailable' : queue.ok && store.ok ? 'ready' : 'degraded';
  return { status, checks: { records, queue, store } };
}

export interface Look {
  /** Of the answer: 200 when it is to be given work. */
  readonly status: 200 | 503;
  readonly body: Health | NotServing;
}

/** Whether a process is to be given work, from its start to its end. For `/readyz`. */
export class Readiness {
  #phase: 'starting' | 'working' | 'draining' = 'starting';
  #services: Services | undefined;

  /** All is open. */
  begin(services: Services): void {
    this.#services = services;
    this.#phase = 'working';
  }

  /** From now on it only ends what it has begun. */
  drain(): void {
    this.#phase = 'draining';
  }

  async look(): Promise<Look> {
    if (this.#phase !== 'working') return { status: 503, body: { status: this.#phase } };
    const body = await checkHealth(this.#services!);
    return { status: body.status === 'unavailable' ? 503 : 200, body };
  }

  /** For the status port. */
  readonly answer = async (): Promise<StatusAnswer> => {
    const { status, body } = await this.look();
    return jsonAnswer(status, body);
  };
}

/** The problem is a fixed phrase: whoever asks shows no key, and errors may name hosts. */
async function outcome(
  service: { check(): Promise<void> },
  problem: string,
): Promise<{ ok: boolean; problem?: string }> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('too slow')), CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([service.check(), late]);
    return { ok: true };
  } catch {
    return { ok: false, problem };
  } finally {
    clearTimeout(timer);
  }
}
