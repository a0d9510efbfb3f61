import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as after } from 'node:timers/promises';
import type { INestApplication } from '@nestjs/common';

export interface LeaveTimes {
  /** As long as whoever sends requests here takes to notice that it is not ready any more. */
  readonly lameDuckMs: number;
  /** What is under way then may take so long. */
  readonly drainMs: number;
}

/**
 * Ends an API without refusing anybody. It must say that it is not ready from before this is called; for a while it goes on
 * serving, and every answer closes its connection, so that the next request of that client goes elsewhere. Only then it stops listening.
 */
export async function leave(
  app: Pick<INestApplication<Server>, 'getHttpServer' | 'close'>,
  { lameDuckMs, drainMs }: LeaveTimes,
): Promise<void> {
  const server = app.getHttpServer();
  server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) =>
    response.setHeader('connection', 'close'),
  );
  await after(lameDuckMs);
  const cut = setTimeout(() => server.closeAllConnections(), drainMs);
  await app.close();
  clearTimeout(cut);
}
