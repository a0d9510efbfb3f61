import type { RunningServer } from '@intermodal/local-services';

/** A server that a trial ends as it likes, and starts again on its data and port. */
export class TrialServer {
  readonly #launch: (port: number | undefined) => Promise<RunningServer>;
  #server: RunningServer;

  private constructor(launch: (port: number | undefined) => Promise<RunningServer>, server: RunningServer) {
    this.#launch = launch;
    this.#server = server;
  }

  static async start(launch: (port: number | undefined) => Promise<RunningServer>): Promise<TrialServer> {
    return new TrialServer(launch, await launch(undefined));
  }

  get url(): string {
    return this.#server.url;
  }

  get pid(): number {
    return this.#server.pid;
  }

  /** Ends it by a signal; resolves when it has ended. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    process.kill(this.#server.pid, signal);
    await this.#server.ended;
  }

  /** After `kill`. */
  async startAgain(): Promise<void> {
    this.#server = await this.#launch(this.#server.port);
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}
