import {
  createServer,
  request as ask,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands in front of several servers, and gives each request to the next one. Bodies flow through as they come. */
export class RoundRobin {
  readonly #server: Server;
  readonly #targets: readonly URL[];
  #asked = 0;

  private constructor(targets: readonly string[]) {
    this.#targets = targets.map((target) => new URL(target));
    this.#server = createServer({ requestTimeout: 0 }, (request, response) => this.#pass(request, response));
  }

  static async listen(targets: readonly string[]): Promise<RoundRobin> {
    const proxy = new RoundRobin(targets);
    await new Promise<void>((done) => proxy.#server.listen(0, '127.0.0.1', done));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  /** A server that is not there costs a 502, as with any proxy that does not know what a request did. */
  #pass(incoming: IncomingMessage, response: ServerResponse): void {
    const { hostname, port } = this.#targets[this.#asked++ % this.#targets.length]!;
    const { method, url, headers } = incoming;
    const outgoing = ask({ hostname, port, method, path: url, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode!, answer.statusMessage, answer.rawHeaders);
      // An event stream may be silent for long after its head.
      response.flushHeaders();
      answer.pipe(response);
      answer.on('error', () => response.destroy());
      answer.on('close', () => answer.complete || response.destroy());
    });
    outgoing.on('error', () => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502, { 'content-type': 'text/plain' }).end('The server behind is away.');
    });
    incoming.on('error', () => outgoing.destroy());
    response.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }
}
