import type { Logger } from 'pino';

/**
 * Ends this process in order on SIGTERM and SIGINT, and when the supervisor that holds its channel is gone. The same signal
 * once more ends it at once; another one does not, because a terminal and a supervisor may both ask.
 */
export function onStop(log: Pick<Logger, 'error' | 'warn'>, stop: () => Promise<void>): void {
  const heard = new Set<string>();
  const end = (why: string): void => {
    if (heard.has(why)) {
      log.warn({ signal: why }, 'told twice to stop: what is under way is left to others');
      process.exit(1);
    }
    const isFirst = heard.size === 0;
    heard.add(why);
    if (!isFirst) return;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'could not end in order');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(signal, () => end(signal));
}
