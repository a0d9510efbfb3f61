import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** How a receiver treats who sends to it. */
export const MANNERS = {
  good: 5,
  slow: 3,
  dripping: 3,
  failing: 3,
  throttling: 2,
  gone: 1,
  redirecting: 1,
  resetting: 1,
  'bad TLS': 1,
  flapping: 1,
} as const;
export type Manner = keyof typeof MANNERS;

export interface Received {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly at: number;
}

const SLOW_MS = 2_000;
const FLAP_MS = 3_000;
/** A throttling receiver takes so many a second. */
const A_SECOND = 3;

/** One of them, on a port of its own. */
export class Receiver {
  readonly manner: Manner;
  /** Complete requests, whatever was answered. */
  readonly requests: Received[] = [];
  /** Those that were answered well. */
  readonly accepted: Received[] = [];
  /** Where it redirects to: nobody may ever come there. */
  canary = '';
  /** From now on it is a good one. */
  healed = false;
  readonly #server: ReturnType<typeof createServer>;
  readonly #plain: ReturnType<typeof createServer>;
  readonly #since = performance.now();
  #second = { number: 0, taken: 0 };

  private constructor(manner: Manner, certificate: { key: Buffer; cert: Buffer }) {
    this.manner = manner;
    const listener = (request: IncomingMessage, response: ServerResponse): void => {
      this.#receive(request, response);
    };
    this.#plain = createServer(listener);
    this.#server = manner === 'bad TLS' ? createSecureServer(certificate, listener) : this.#plain;
  }

  /** @param folder where a certificate is made that nobody has signed */
  static async all(folder: string): Promise<Receiver[]> {
    const certificate = await selfSigned(folder);
    const manners = Object.entries(MANNERS) as [Manner, number][];
    const receivers = manners.flatMap(([manner, count]) =>
      Array.from({ length: count }, () => new Receiver(manner, certificate)),
    );
    await Promise.all(receivers.map((one) => one.#listen()));
    return receivers;
  }

  get url(): string {
    return `${this.manner === 'bad TLS' ? 'https' : 'http'}://127.0.0.1:${portOf(this.#server)}/`;
  }

  /** The same without TLS. */
  get plainUrl(): string {
    return `http://127.0.0.1:${portOf(this.#plain)}/`;
  }

  async close(): Promise<void> {
    for (const server of new Set([this.#server, this.#plain])) {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  }

  async #listen(): Promise<void> {
    for (const server of new Set([this.#server, this.#plain]))
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    response.on('error', () => {});
    request.on('error', () => {});
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { headers } = request;
      const received = {
        ...{ id: String(headers['webhook-id']), headers, body: Buffer.concat(chunks).toString() },
        at: Date.now(),
      };
      this.requests.push(received);
      this.#answer(received, request, response);
    });
  }

  #answer(received: Received, request: IncomingMessage, response: ServerResponse): void {
    const accept = (): void => {
      this.accepted.push(received);
      response.writeHead(204).end();
    };
    if (this.healed) return accept();
    switch (this.manner) {
      case 'good':
      case 'bad TLS':
        return accept();
      case 'slow':
        return void setTimeout(accept, SLOW_MS);
      case 'dripping': {
        response.writeHead(200, { 'content-type': 'text/plain' });
        const drip = setInterval(() => response.write('.'), 250);
        return void response.once('close', () => clearInterval(drip));
      }
      case 'failing':
        return void response.writeHead(500).end('It is not well.');
      case 'throttling':
        if (this.#takes()) return accept();
        return void response.writeHead(429, { 'retry-after': '1' }).end();
      case 'gone':
        return void response.writeHead(410).end();
      case 'redirecting':
        return void response.writeHead(307, { location: this.canary }).end();
      case 'resetting':
        return void request.socket.resetAndDestroy();
      case 'flapping':
        if (Math.floor((performance.now() - this.#since) / FLAP_MS) % 2 === 0) return accept();
        return void response.writeHead(503).end();
    }
  }

  #takes(): boolean {
    const number = Math.floor((performance.now() - this.#since) / 1_000);
    if (number !== this.#second.number) this.#second = { number, taken: 0 };
    return this.#second.taken++ < A_SECOND;
  }
}

const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;

async function selfSigned(folder: string): Promise<{ key: Buffer; cert: Buffer }> {
  await mkdir(folder, { recursive: true });
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const given = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-subj', '/CN=127.0.0.1'];
  await promisify(execFile)('openssl', ['req', '-x509', '-nodes', ...given, '-keyout', key, '-out', cert]);
  return { key: await readFile(key), cert: await readFile(cert) };
}
