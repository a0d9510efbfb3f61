import type { ChildProcess } from 'node:child_process';
import { rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { IntermodalError } from '@intermodal/contracts';
import type { Device, HostedCall, HostedModelSpec } from '@intermodal/models';
import { spawnBound } from '@intermodal/programs';
import type { FromChild, Problem, ToChild } from './messages.ts';
import { memoryOf, type ProcessMemory } from './process-memory.ts';
import { stow, unstow } from './stowage.ts';

export interface HostProcessOptions {
  readonly spec: Omit<HostedModelSpec, 'processBytes' | 'memoryBytes'>;
  readonly device: Device;
  readonly threads: number;
  /** Of this process alone, for large arrays on their way. Removed when it has ended, with the one around it if that is empty. */
  readonly folder: string;
  /** A process that gives no sign for so long during a call, or for as long as it asked for, is ended. */
  readonly silenceMs: number;
  readonly loadMs: number;
  /** How long it may go on when its answer is no longer wanted, before it is ended. */
  readonly graceMs: number;
}

interface Pending {
  readonly onPartial: HostedCall['onPartial'];
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  timer?: NodeJS.Timeout;
  /** How long it said that it will be silent. */
  saidMs?: number | undefined;
  /** A sign of life is no longer enough. */
  interrupted?: boolean;
}

// Run from source under the tests, and from dist otherwise: the child is of the same kind as this file.
const fromSource = import.meta.url.endsWith('.ts');
const childPath = fileURLToPath(new URL(fromSource ? './host-child.ts' : './host-child.js', import.meta.url));
const nodeArguments = fromSource ? ['--conditions=@intermodal/source'] : [];

/** One process that holds one model, from its start to its end. */
export class HostProcess {
  /** Resolves when it is loaded and warm. @throws IntermodalError `model.unavailable`, `stage.crashed`, `stage.timeout` */
  readonly ready: Promise<void>;
  /** Resolves when it has ended, for whatever reason. Never rejects. */
  readonly ended: Promise<void>;
  readonly #options: HostProcessOptions;
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  #opening: PromiseWithResolvers<void> | undefined = Promise.withResolvers();
  #lastId = 0;
  #inbox: Promise<void> = Promise.resolve();
  #end: Error | undefined;

  constructor(options: HostProcessOptions) {
    this.#options = options;
    this.#child = spawnBound(process.execPath, [...nodeArguments, childPath], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
      detached: true,
    });
    const opening = this.#opening!;
    const { spec, device, threads, folder, loadMs } = options;
    const timer = setTimeout(() => void this.end(this.#timedOut('load', loadMs)), loadMs);
    this.ready = opening.promise.finally(() => clearTimeout(timer));
    this.ready.catch(() => {});
    this.ended = new Promise((resolve) => {
      this.#child.on('exit', (code, endedBy) => {
        this.#fail(this.#crashed(endedBy ?? `code ${code}`));
        void removed(options.folder).then(resolve);
      });
      this.#child.on('error', (error) => {
        this.#fail(error);
        // One that could not be started does not exit.
        if (this.#child.pid === undefined) resolve();
      });
    });
    // A part that is read from its file is not overtaken by the result.
    this.#child.on('message', (message: FromChild) => {
      this.#inbox = this.#inbox.then(() => this.#receive(message));
    });
    const { runner, load, warmUp } = spec;
    this.#tell({ kind: 'open', runner, load, device, threads, folder, warmUp });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether it has ended, or is about to. */
  get isOver(): boolean {
    return this.#end !== undefined;
  }

  /** The code of the error that it ended with; without one, whoever called it wanted no answer any more. */
  get endedBy(): IntermodalError['code'] | 'aborted' {
    return this.#end instanceof IntermodalError ? this.#end.code : 'aborted';
  }

  memory(): ProcessMemory | undefined {
    return this.pid === undefined || this.isOver ? undefined : memoryOf(this.pid);
  }

  /**
   * As many calls at the same time as the runner can take. When the signal of one aborts, the runner is asked to stop it and then
   * made to: it resolves when it is known whether the process can be called again.
   */
  async call(request: unknown, { signal, onPartial }: HostedCall): Promise<unknown> {
    const stowed = await stow(request, this.#options.folder);
    const id = ++this.#lastId;
    const answer = Promise.withResolvers<unknown>();
    const stop = () => this.#interrupt(id, signal.reason as Error);
    try {
      if (this.#end) throw this.#end;
      signal.throwIfAborted();
      this.#pending.set(id, { onPartial, ...answer });
      signal.addEventListener('abort', stop, { once: true });
      this.#bePatient(id, this.#options.silenceMs, () => this.#timedOut('answer', this.#options.silenceMs));
      this.#tell({ kind: 'call', id, request: stowed });
      const value = await answer.promise;
      signal.throwIfAborted();
      return value;
    } catch (error) {
      // What counts is why it was ended, and not how.
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
      clearTimeout(this.#pending.get(id)?.timer);
      this.#pending.delete(id);
    }
  }

  /** Ends the process and waits until it has ended. What runs in it fails with `reason`. */
  async end(reason: Error): Promise<void> {
    this.#fail(reason);
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
    await this.ended;
  }

  #tell(message: ToChild): void {
    // One that died a moment ago exits: there the call ends.
    this.#child.send(message, () => {});
  }

  #interrupt(id: number, reason: Error): void {
    // Most runs end meanwhile by themselves, and the model stays loaded.
    this.#tell({ kind: 'interrupt', id });
    this.#bePatient(id, this.#options.graceMs, () => reason);
    const pending = this.#pending.get(id);
    if (pending) pending.interrupted = true;
  }

  #bePatient(id: number, ms: number, reason: () => Error): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    clearTimeout(pending.timer);
    pending.timer = setTimeout(() => {
      // What runs beside it ends with the process, and for another reason.
      pending.reject(reason());
      const isAlone = this.#pending.size === 1;
      void this.end(isAlone ? reason() : this.#crashed('another call of it did not stop'));
    }, ms);
  }

  async #receive(message: FromChild): Promise<void> {
    if (message.kind === 'ready') {
      this.#opening?.resolve();
      this.#opening = undefined;
      return;
    }
    if (message.kind === 'refused') return this.end(this.#errorOf(message.problem, 'model.unavailable'));
    const pending = this.#pending.get(message.id);
    if (!pending) return;
    try {
      if (message.kind === 'failed') pending.reject(this.#errorOf(message.problem));
      else if (message.kind === 'result') pending.resolve(await unstow(message.value));
      else {
        // A partial value may come behind what was said after it: it is on its way for longer.
        if (message.kind === 'alive') pending.saidMs = message.forMs;
        const patienceMs = Math.max(this.#options.silenceMs, pending.saidMs ?? 0);
        if (!pending.interrupted)
          this.#bePatient(message.id, patienceMs, () => this.#timedOut('answer', patienceMs));
        if (message.kind === 'partial') pending.onPartial?.(await unstow(message.value));
      }
    } catch (error) {
      pending.reject(error as Error);
    }
  }

  #fail(reason: Error): void {
    this.#end ??= reason;
    this.#opening?.reject(this.#end);
    this.#opening = undefined;
    for (const { reject } of this.#pending.values()) reject(this.#end);
  }

  #errorOf({ code, clause }: Problem, otherwise?: 'model.unavailable'): Error {
    const sentence = `The model ${this.#options.spec.name} ${clause}`;
    const chosen = code ?? otherwise;
    return chosen === undefined ? new Error(sentence) : new IntermodalError(chosen, sentence);
  }

  #timedOut(what: 'load' | 'answer', ms: number): Error {
    const sentence = `The model ${this.#options.spec.name} did not ${what} for ${ms / 1000} s.`;
    return new IntermodalError('stage.timeout', sentence);
  }

  #crashed(how: string): Error {
    const { name } = this.#options.spec;
    return new IntermodalError('stage.crashed', `The process that holds the model ${name} ended (${how}).`);
  }
}

async function removed(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => {});
  // Others may have theirs beside it.
  await rmdir(dirname(folder)).catch(() => {});
}
