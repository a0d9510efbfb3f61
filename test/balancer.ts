import { Agent, createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Balancer {
  readonly url: string;
  /** Requests that a server which was taken for ready did not answer. */
  readonly failed: readonly string[];
  /** Resolves when it takes this server for ready, or for not ready. */
  sees(server: string, ready: boolean): Promise<void>;
  close(): Promise<void>;
}

/**
 * Stands before servers as balancers do: it keeps connections to them, asks each for `/readyz` every so often, and gives every
 * request to one that was ready when it was last asked. It never gives a request to a second one.
 */
export async function startBalancer(servers: readonly string[], everyMs: number): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true });
  const ready = new Set<string>();
  const failed: string[] = [];
  const waiting = new Set<() => void>();
  let turn = 0;

  const look = async (server: string): Promise<void> => {
    const was = ready.has(server);
    const answer = await fetch(`${server}/readyz`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.status === 200) ready.add(server);
    else ready.delete(server);
    if (ready.has(server) !== was) for (const told of waiting) told();
  };
  const timers = servers.map((server) => setInterval(() => void look(server), everyMs));
  await Promise.all(servers.map(look));

  const pass = (from: IncomingMessage, to: ServerResponse): void => {
    const chosen = [...ready];
    const server = chosen[turn++ % chosen.length];
    const fail = (why: string): void => {
      failed.push(`${from.method} ${from.url} at ${server}: ${why}`);
      if (to.headersSent) to.destroy();
      else to.writeHead(502).end();
    };
    if (server === undefined) return fail('nobody is ready');
    const { method, headers } = from;
    const passed = ask(`${server}${from.url}`, {
      agent,
      method,
      headers: { ...headers, connection: 'keep-alive' },
    });
    passed.on('error', (error) => fail(error.message));
    passed.on('response', (answer) => {
      answer.on('error', (error) => fail(error.message));
      const { connection: _own, 'keep-alive': _too, ...rest } = answer.headers;
      to.writeHead(answer.statusCode!, rest);
      answer.pipe(to);
    });
    from.pipe(passed);
  };
  const http = createServer(pass);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    failed,
    async sees(server, isReady) {
      while (ready.has(server) !== isReady)
        await new Promise<void>((resolve) => {
          const told = (): void => {
            waiting.delete(told);
            resolve();
          };
          waiting.add(told);
        });
    },
    async close() {
      timers.forEach(clearInterval);
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      agent.destroy();
    },
  };
}
