import { writeFileSync } from 'node:fs';
import type { FromChild, Problem, ToChild } from './messages.ts';
import { RunnerFault, type Runner, type RunnerModule } from './runner.ts';
import { stow, unstow } from './stowage.ts';

// The process of one model. Its first message says what to load.

// When the machine runs short of memory, the kernel ends this process before the worker.
try {
  writeFileSync('/proc/self/oom_score_adj', '1000');
} catch {
  // Not on Linux.
}

// The parent has gone: there is nobody to answer.
process.on('disconnect', () => process.exit(0));

let runner: Runner | undefined;
let folder = '';
const running = new Map<number, AbortController>();

process.on('message', (message: ToChild) => {
  if (message.kind === 'open') void open(message);
  else if (message.kind === 'call') void answer(message);
  else running.get(message.id)?.abort();
});

async function open(message: Extract<ToChild, { kind: 'open' }>): Promise<void> {
  try {
    folder = message.folder;
    const module = (await import(message.runner)) as RunnerModule;
    runner = await module.load(message);
    const { warmUp } = message;
    const nobody = { signal: new AbortController().signal, alive() {}, partial() {} };
    if (warmUp !== undefined) await runner.handle(warmUp, nobody);
    send({ kind: 'ready' });
  } catch (error) {
    send({ kind: 'refused', problem: problemOf(error, 'could not be opened') });
  }
}

async function answer({ id, request }: Extract<ToChild, { kind: 'call' }>): Promise<void> {
  const stop = new AbortController();
  running.set(id, stop);
  try {
    // Partial values arrive in their order, and before the result.
    let told: Promise<void> = Promise.resolve();
    const value = await runner!.handle(await unstow(request), {
      signal: stop.signal,
      alive: (forMs) => send({ kind: 'alive', id, forMs }),
      partial: (part) => {
        told = told.then(async () => send({ kind: 'partial', id, value: await stow(part, folder) }));
      },
    });
    await told;
    send({ kind: 'result', id, value: await stow(value, folder) });
  } catch (error) {
    send({ kind: 'failed', id, problem: problemOf(error, 'failed') });
  } finally {
    running.delete(id);
  }
}

function send(message: FromChild): void {
  process.send?.(message);
}

function problemOf(error: unknown, what: string): Problem {
  if (error instanceof RunnerFault) return { code: error.code, clause: error.message };
  return { clause: `${what}: ${error instanceof Error ? error.message : String(error)}` };
}
