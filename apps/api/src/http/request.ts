import type { KnownKey } from '@intermodal/pipeline';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';

/** A request that the key guard let in. The body is always the stream itself: each route reads it as it needs. */
export interface ApiRequest extends Omit<FastifyRequest, 'body'> {
  tenantId: string;
  key: KnownKey;
  /** Of the error that it is answered with. */
  problemCode?: string;
  /** Within which a body of JSON must have arrived. */
  readonly bodyTimeoutMs: number;
  readonly body: IncomingMessage | undefined;
}

/** Aborts when the client goes away before it was answered. */
export function clientGone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new Error('The client went away.'));
  });
  return controller.signal;
}
