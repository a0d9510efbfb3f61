import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { IntermodalError } from '@intermodal/contracts';
import { killGroup, spawnGroup } from '@intermodal/programs';
import { untilAborted } from '../until-aborted.ts';

/** How to talk with a program that is kept running. */
export interface Conversation<Reply> {
  /** For sentences: `the translator eng-spa`. */
  readonly name: string;
  /** A line for /bin/sh, and what it sees as $1, $2, … */
  readonly script: string;
  readonly args?: readonly string[];
  /** Where its replies come. */
  readonly listenTo: 'stdout' | 'stderr';
  /** Takes what has come so far; gives the reply when it is whole. Called with more text until then. */
  readonly parse: (text: string) => Reply | undefined;
}

interface Pending<Reply> {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A program that answers one request after the other and is started once: at the first request, and again after it died.
 * Requests wait for each other, so that ending one that is no longer wanted hurts no other.
 */
export class KeptProgram<Reply> {
  readonly #conversation: Conversation<Reply>;
  #child: ChildProcess | undefined;
  #pending: Pending<Reply> | undefined;
  #received = '';
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #closed = false;

  constructor(conversation: Conversation<Reply>) {
    this.#conversation = conversation;
  }

  /** Requests that run or wait. */
  get load(): number {
    return this.#waiting;
  }

  /** For tests and measurements: the process that leads the group. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Sends a request when it is its turn.
   * @throws IntermodalError `stage.crashed` when the program dies meanwhile; the reason of `signal` on abort
   */
  async ask(request: string, signal: AbortSignal): Promise<Reply> {
    const before = this.#turn;
    this.#waiting++;
    const mine = before.then(() => this.#askNow(request, signal));
    this.#turn = mine.catch(() => {}).finally(() => this.#waiting--);
    // One that waits is let go at once; when its turn comes, it finds itself aborted and sends nothing.
    return untilAborted(mine, signal);
  }

  /** Ends the program and waits until it has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#end(new Error(`${this.#conversation.name} was closed.`));
    await this.#turn;
  }

  async #askNow(request: string, signal: AbortSignal): Promise<Reply> {
    signal.throwIfAborted();
    if (this.#closed) throw new Error(`${this.#conversation.name} is closed.`);
    const child = (this.#child ??= this.#start());
    const reply = new Promise<Reply>((resolve, reject) => (this.#pending = { resolve, reject }));
    const stop = () => void this.#end(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    try {
      child.stdin!.write(request);
      return await reply;
    } finally {
      signal.removeEventListener('abort', stop);
      this.#pending = undefined;
      this.#received = '';
    }
  }

  #start(): ChildProcess {
    const { script, args = [], listenTo } = this.#conversation;
    const child = spawnGroup(
      '/bin/sh',
      ['-c', script, 'sh', ...args],
      ['pipe', listenTo === 'stdout' ? 'pipe' : 'ignore', listenTo === 'stderr' ? 'pipe' : 'ignore'],
    );
    // What could not be written shows as the end of the program.
    child.stdin!.on('error', () => {});
    const replies = child[listenTo]!.setEncoding('utf8');
    replies.on('data', (text: string) => this.#receive(child, text));
    const ended = () => void (this.#child === child && this.#end(this.#crashed()));
    // The end of its replies is the end of the program, even while others of the group still wait for input.
    replies.on('end', ended);
    child.on('error', ended);
    child.on('exit', ended);
    return child;
  }

  #receive(child: ChildProcess, text: string): void {
    if (child !== this.#child || !this.#pending) return;
    this.#received += text;
    const reply = this.#conversation.parse(this.#received);
    if (reply !== undefined) this.#pending.resolve(reply);
  }

  async #end(reason: Error): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child) {
      const exited = child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
      const exit = exited ? undefined : once(child, 'exit');
      killGroup(child);
      await exit;
    }
    this.#pending?.reject(reason);
  }

  #crashed(): IntermodalError {
    return new IntermodalError(
      'stage.crashed',
      `The process of ${this.#conversation.name} ended unexpectedly.`,
    );
  }
}
