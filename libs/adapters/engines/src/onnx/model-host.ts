import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { IntermodalError } from '@intermodal/contracts';
import { DIES_WITH_US } from '../programs/process-group.ts';
import { untilAborted } from '../until-aborted.ts';
import { refuseIncomplete } from './external-data.ts';
import type { FromChild, PlainTensors, RunRequest, ScanRequest, ScanResult, ToChild } from './protocol.ts';

export interface ModelHostOptions {
  /** For sentences: `silero-vad`. */
  readonly name: string;
  /** Absolute path of a verified file. */
  readonly modelPath: string;
  /** Threads of one run. */
  readonly threads: number;
  /** A child that neither answers nor sends a heartbeat for so long is ended. */
  readonly silenceTimeoutMs?: number;
}

type Answer = Extract<FromChild, { kind: 'ran' | 'scanned' }>;

interface Pending {
  readonly id: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
  timer?: NodeJS.Timeout;
}

const SILENCE_TIMEOUT_MS = 30_000;

// Run from source under the tests, and from dist otherwise: the child is of the same kind as this file.
const fromSource = import.meta.url.endsWith('.ts');
const childPath = fileURLToPath(new URL(fromSource ? './onnx-child.ts' : './onnx-child.js', import.meta.url));
const nodeArguments = fromSource ? ['--conditions=@intermodal/source'] : [];

/**
 * One opened ONNX model in a process of its own. A native run blocks the thread that it is in and cannot be stopped there: so
 * it is kept out of the worker, and stopped by ending its process. Started at first use, and again after it ended. Calls take
 * turns, so that ending one harms no other.
 */
export class ModelHost {
  readonly #options: ModelHostOptions;
  #child: Promise<ChildProcess> | undefined;
  #process: ChildProcess | undefined;
  #pending: Pending | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #lastId = 0;
  #closed = false;

  constructor(options: ModelHostOptions) {
    this.#options = options;
  }

  /** The child that holds the model now, for tests and measurements. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** @throws IntermodalError `stage.crashed`, `stage.timeout`, `model.unavailable`; the reason of `signal` */
  async run(request: RunRequest, signal: AbortSignal): Promise<PlainTensors> {
    const answer = await this.#inTurn({ kind: 'run', request }, signal);
    if (answer.kind !== 'ran') throw new Error(`The model host answered a run with '${answer.kind}'.`);
    return answer.outputs;
  }

  /** Runs a recurrent network over a sequence. Throws like `run`. */
  async scan(request: ScanRequest, signal: AbortSignal): Promise<ScanResult> {
    const answer = await this.#inTurn({ kind: 'scan', request }, signal);
    if (answer.kind !== 'scanned') throw new Error(`The model host answered a scan with '${answer.kind}'.`);
    return answer.result;
  }

  /** Ends the child and waits until it has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#end(new Error(`The host of ${this.#options.name} was closed.`));
    await this.#turn;
  }

  #inTurn(message: Omitted<ToChild>, signal: AbortSignal): Promise<Answer> {
    const mine = this.#turn.then(() => this.#ask(message, signal));
    this.#turn = mine.catch(() => {});
    return untilAborted(mine, signal);
  }

  async #ask(message: Omitted<ToChild>, signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted();
    if (this.#closed) throw new Error(`The host of ${this.#options.name} is closed.`);
    const stop = () => void this.#end(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    try {
      if (!this.#child) await this.#makeSureItIsWhole(signal);
      const child = await (this.#child ??= this.#start());
      signal.throwIfAborted();
      return await new Promise<Answer>((resolve, reject) => {
        const id = ++this.#lastId;
        this.#pending = { id, resolve, reject };
        this.#listenForLife();
        child.send({ ...message, id } satisfies ToChild, (error) => {
          // It died a moment ago: the call ends when its end is known, so that the next one starts a fresh child.
          if (error) void this.#end(this.#crashed(error.message));
        });
      });
    } catch (error) {
      // Ended while it loaded: what counts is why, and not how.
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
      clearTimeout(this.#pending?.timer);
      this.#pending = undefined;
    }
  }

  /** Without a file of its weights, opening it would end the process, and say nothing. */
  async #makeSureItIsWhole(signal: AbortSignal): Promise<void> {
    await refuseIncomplete(this.#options.modelPath, this.#options.name);
    signal.throwIfAborted();
    if (this.#closed) throw new Error(`The host of ${this.#options.name} is closed.`);
  }

  /** The timer for an answer or a heartbeat begins anew. */
  #listenForLife(): void {
    const pending = this.#pending;
    if (!pending) return;
    clearTimeout(pending.timer);
    const silenceMs = this.#options.silenceTimeoutMs ?? SILENCE_TIMEOUT_MS;
    const sentence = `The model ${this.#options.name} did not answer for ${silenceMs / 1000} s.`;
    pending.timer = setTimeout(
      () => void this.#end(new IntermodalError('stage.timeout', sentence)),
      silenceMs,
    );
  }

  async #start(): Promise<ChildProcess> {
    const { modelPath, threads, name } = this.#options;
    const command = [process.execPath, ...nodeArguments, childPath, modelPath, String(threads)];
    const [program, ...args] = [...DIES_WITH_US, ...command];
    const child = spawn(program!, args, {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
      detached: true,
    });
    this.#process = child;
    child.on('exit', (code, endedBy) => {
      if (this.#process === child) void this.#end(this.#crashed(endedBy ?? `code ${code}`));
    });
    child.on('message', (message: FromChild) => this.#receive(message));
    const ready = new Promise<void>((resolve, reject) => {
      child.once('message', (message: FromChild) => {
        if (message.kind === 'ready') resolve();
        else
          reject(
            new IntermodalError('model.unavailable', `The model ${name} could not be opened.`, {
              cause: message,
            }),
          );
      });
      child.on('error', reject);
      child.once('exit', (code, endedBy) => reject(this.#crashed(endedBy ?? `code ${code}`)));
    });
    try {
      await ready;
      return child;
    } catch (error) {
      await this.#end(error as Error);
      throw error;
    }
  }

  #receive(message: FromChild): void {
    const pending = this.#pending;
    if (message.kind === 'ready' || pending?.id !== message.id) return;
    if (message.kind === 'heartbeat') return this.#listenForLife();
    if (message.kind !== 'error') return pending.resolve(message);
    pending.reject(new Error(`The model ${this.#options.name} failed: ${message.message}`));
  }

  async #end(reason: Error): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    this.#child = undefined;
    if (child && child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    }
    this.#pending?.reject(reason);
  }

  #crashed(how: string): IntermodalError {
    const { name } = this.#options;
    return new IntermodalError('stage.crashed', `The process that holds the model ${name} ended (${how}).`);
  }
}

type Omitted<Message> = Message extends unknown ? Omit<Message, 'id'> : never;
