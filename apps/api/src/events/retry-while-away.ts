import { setTimeout as after } from 'node:timers/promises';
import { toIntermodalError } from '@intermodal/contracts';
import type { Logger } from 'pino';

const AGAIN_MS = 500;

/** Asks again while the records are away: a stream lasts longer than that. Undefined when the signal aborts. */
export async function retryWhileAway<Answer>(
  ask: () => Promise<Answer>,
  signal: AbortSignal,
  log: Logger,
): Promise<Answer | undefined> {
  while (!signal.aborted) {
    try {
      return await ask();
    } catch (error) {
      if (toIntermodalError(error).kind !== 'operational') throw error;
      log.debug({ err: error }, 'a stream waits for the records');
      await after(AGAIN_MS, undefined, { signal }).catch(() => {});
    }
  }
  return undefined;
}
