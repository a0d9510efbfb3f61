import type { ApiConfig } from '@intermodal/config';
import type { Logger } from 'pino';
import { Readiness } from './health.ts';
import { StatusRoutes } from './status-routes.ts';
import { watchLoop } from './watch-loop.ts';

export interface Status {
  readonly readiness: Readiness;
  /** What the status port answers besides `/livez` and `/readyz` may be added at any time. */
  readonly routes: StatusRoutes;
  /** Undefined where no status port is wanted. */
  readonly port: number | undefined;
  stop(): Promise<void>;
}

/**
 * What a process says of itself, by its status port and of its event loop. To be opened first, so that a probe hears of a process that
 * is still opening what it needs, and stopped last.
 * @param writer as in every line of the log
 * @throws ConfigError when the status port cannot be opened
 */
export async function openStatus(
  { health, logLevel, blockedMs }: Pick<ApiConfig, 'health' | 'logLevel' | 'blockedMs'>,
  writer: Readonly<Record<string, string>>,
  log: Pick<Logger, 'info' | 'error'>,
): Promise<Status> {
  const readiness = new Readiness();
  const routes = new StatusRoutes(log).get('/readyz', readiness.answer);
  const watch = await watchLoop({ writer, logLevel, blockedMs, address: health, answer: routes.answer });
  if (watch.port !== undefined) log.info({ port: watch.port }, 'the status port is open');
  return { readiness, routes, port: watch.port, stop: () => watch.stop() };
}
