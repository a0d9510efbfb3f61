import {
  createServer,
  request as ask,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of one request. */
export type Fate = 'pass' | 'unavailable' | 'reset' | 'truncate';

/** Stands in front of an S3 server, and lets requests fail as `fate` says. */
export class FaultProxy {
  /** Set by scenarios; asked for every request. */
  fate: (request: IncomingMessage) => Fate = () => 'pass';
  readonly counts: Record<Fate, number> = { pass: 0, unavailable: 0, reset: 0, truncate: 0 };
  readonly #server: Server;
  readonly #target: URL;

  private constructor(target: URL) {
    this.#target = target;
    this.#server = createServer((request, response) => this.#handle(request, response));
  }

  static async listen(target: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(new URL(target));
    await new Promise<void>((done) => proxy.#server.listen(0, '127.0.0.1', done));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  #handle(incoming: IncomingMessage, response: ServerResponse): void {
    const fate = this.fate(incoming);
    this.counts[fate]++;
    if (fate === 'unavailable') {
      incoming.resume();
      response.writeHead(503, { 'content-type': 'application/xml' });
      response.end('<Error><Code>ServiceUnavailable</Code></Error>');
      return;
    }
    if (fate === 'reset') {
      // Part of the body has gone out; its sender then finds nobody there.
      incoming.once('data', () => incoming.socket.resetAndDestroy());
      incoming.once('end', () => incoming.socket.resetAndDestroy());
      return;
    }
    const { method, url, headers } = incoming;
    const { hostname, port } = this.#target;
    // The Host header stays as it was signed.
    const outgoing = ask({ hostname, port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      if (fate === 'pass') answer.pipe(response);
      else this.#cutShort(answer, response);
    });
    outgoing.on('error', () => response.destroy());
    incoming.on('error', () => outgoing.destroy());
    response.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }

  /** Half of what was promised, and the end of the connection. */
  #cutShort(answer: IncomingMessage, response: ServerResponse): void {
    let left = Math.floor(Number(answer.headers['content-length'] ?? 0) / 2);
    answer.on('data', (chunk: Buffer) => {
      const part = chunk.subarray(0, left);
      left -= part.length;
      response.write(part);
      if (left <= 0) response.destroy();
    });
    answer.on('end', () => response.destroy());
  }
}
