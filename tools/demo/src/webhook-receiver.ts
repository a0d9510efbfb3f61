import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface ReceivedMessage {
  readonly headers: IncomingHttpHeaders;
  /** Exactly as it arrived: that is what is signed. */
  readonly body: string;
}

export interface WebhookReceiver extends AsyncDisposable {
  readonly url: string;
  /** The first message; undefined when none comes in time. */
  first(timeoutMs: number, signal: AbortSignal): Promise<ReceivedMessage | undefined>;
}

/** Listens on loopback at a port that is free, and takes what is posted there. */
export async function openWebhookReceiver(): Promise<WebhookReceiver> {
  const { promise, resolve } = Promise.withResolvers<ReceivedMessage>();
  const server = createServer((request, response) => {
    text(request).then(
      (body) => {
        resolve({ headers: request.headers, body });
        response.writeHead(204).end();
      },
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/intermodal`,
    async first(timeoutMs, signal) {
      const late = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const nothing = new Promise<undefined>((end) => {
        if (late.aborted) end(undefined);
        else late.addEventListener('abort', () => end(undefined), { once: true });
      });
      const message = await Promise.race([promise, nothing]);
      signal.throwIfAborted();
      return message;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}
