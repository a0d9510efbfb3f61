import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One message as it arrived. */
export interface Received {
  readonly messageId: string;
  /** As people see it: `job_…`. */
  readonly job: string;
}

/** Somebody who wants to be told; answers 500 to some, so that they come again. */
export class Receiver {
  readonly received: Received[] = [];
  readonly #server: Server;
  readonly #refuse: () => boolean;

  private constructor(server: Server, refuse: () => boolean) {
    this.#server = server;
    this.#refuse = refuse;
  }

  /** @param address other hosts reach it there; under `url` only where that is handed on to it, or is the default */
  static async listen(refuse: () => boolean, address = '127.0.0.1'): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server, refuse);
    server.on('request', (request, response) => {
      let body = '';
      request.on('data', (data: Buffer) => (body += data.toString()));
      request.on('end', () => {
        const { data } = JSON.parse(body) as { data: { job: string } };
        receiver.received.push({ messageId: String(request.headers['webhook-id']), job: data.job });
        response.writeHead(receiver.#refuse() ? 500 : 204).end();
      });
    });
    await new Promise<void>((done) => server.listen(0, address, done));
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}
