import { EventEmitter, once } from 'node:events';
import { NodeProcess, type NodeProcessEvent } from '@intermodal/cli';
import { EffectLog } from '../disturb/effect-log.ts';

export interface TrialProcessOptions {
  readonly name: string;
  readonly file: string;
  readonly args?: readonly string[];
  /** As of `NodeProcessOptions`. */
  readonly enter?: readonly string[];
  /** Read anew at every start, so that what is set in it holds from the next start on. */
  readonly environment: NodeJS.ProcessEnv;
  readonly logFile: string;
  readonly drainMs: number;
}

/** A process that a trial ends as it likes; it is started again at once. */
export class TrialProcess {
  readonly name: string;
  /** Of its next start. */
  readonly environment: NodeJS.ProcessEnv;
  /** How each of its lives ended: `SIGKILL`, `code 0`. */
  readonly deaths: string[] = [];
  readonly #process: NodeProcess;
  readonly #events = new EventEmitter();
  readonly #effects: EffectLog;
  #ready = false;

  constructor(options: TrialProcessOptions) {
    this.name = options.name;
    this.environment = options.environment;
    this.#effects = new EffectLog(options.environment.TRIAL_EFFECTS);
    this.#events.setMaxListeners(0);
    this.#process = new NodeProcess({
      args: [],
      ...options,
      readyWithinMs: 60_000,
      backoffMs: 50,
      longestBackoffMs: 500,
      onEvent: (event) => this.#heard(event),
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Of the process that lives now. */
  get statusPort(): number | undefined {
    return this.#process.statusPort;
  }

  async start(): Promise<void> {
    await this.#process.start();
  }

  get isReady(): boolean {
    return this.#ready;
  }

  /** Resolves when it serves: at once when it does. */
  async ready(): Promise<void> {
    while (!this.#ready) await once(this.#events, 'ready');
  }

  /** Does nothing to a process that has ended. */
  signal(signal: NodeJS.Signals): boolean {
    const { pid } = this;
    if (pid === undefined) return false;
    if (signal === 'SIGKILL') this.#ready = false;
    return process.kill(pid, signal);
  }

  /** Ends it with no chance to say anything; resolves when it has ended. */
  async kill(): Promise<void> {
    const ended = once(this.#events, 'ended');
    if (this.signal('SIGKILL')) await ended;
  }

  /** Asks it to end, and resolves when its successor serves. */
  async restart(): Promise<void> {
    const ended = once(this.#events, 'ended');
    if (this.signal('SIGTERM')) await ended;
    await this.ready();
  }

  /** The next time it ends by itself or by a signal: how. */
  async ended(): Promise<string> {
    const [how] = (await once(this.#events, 'ended')) as [string];
    return how;
  }

  /** @param hurry without a chance to finish what it has begun */
  stop(hurry = false): Promise<void> {
    if (hurry && this.pid !== undefined) this.#effects.brokenOff(this.pid);
    if (hurry) this.#process.kill();
    return this.#process.stop();
  }

  #heard({ what, detail, pid }: NodeProcessEvent): void {
    this.#ready = what === 'ready';
    if (what === 'ready') this.#events.emit('ready');
    if (what !== 'ended') return;
    const how = detail.split(';')[0]!;
    this.deaths.push(how);
    if (how !== 'code 0' && pid !== undefined) this.#effects.brokenOff(pid);
    this.#events.emit('ended', how);
  }
}
