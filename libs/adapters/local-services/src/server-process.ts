import type { ChildProcess } from 'node:child_process';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { logTail } from './log-tail.ts';
import { endChild, hasEnded, spawnBound } from '@intermodal/programs';

export interface RunningServer {
  readonly url: string;
  readonly pid: number;
  readonly port: number;
  /** Resolves when the process has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Ends the server in good order. A second call does nothing. */
  stop(): Promise<void>;
}

/** A network namespace that is not ours, for tests with several hosts. */
export interface ServerPlace {
  /** Of an interface there, and reachable from here: the server listens on it, and not on loopback. */
  readonly address: string;
  /** What runs a command there, put before it, as `ip netns exec NAME`. Needs root. */
  readonly enter: readonly string[];
}

export interface ServerCommand {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Written to the process and closed. */
  readonly input?: string;
  readonly uid?: number;
  readonly place?: ServerPlace;
  readonly logFile: string;
  readonly readyWithinMs: number;
  readonly stopSignal: NodeJS.Signals;
  ready(child: ChildProcess): Promise<boolean>;
}

export interface ServerProcess {
  readonly pid: number;
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** A server ended, or was not ready in time. The message ends with what it wrote. */
export class ServerStartError extends Error {
  override readonly name = 'ServerStartError';
  readonly log: string;
  constructor(message: string, log: string) {
    super(log === '' ? message : `${message}\n${log}`);
    this.log = log;
  }
}

/** Starts one server and waits until it says that it is ready. */
export async function startServer(server: ServerCommand): Promise<ServerProcess> {
  const log = await open(server.logFile, 'a', 0o600);
  let child: ChildProcess;
  try {
    const [command, ...args] = placed(server);
    child = spawnBound(command!, args, {
      stdio: [server.input === undefined ? 'ignore' : 'pipe', log.fd, log.fd],
      env: server.environment,
      cwd: '/',
      // Out of the terminal's process group: Ctrl-C is for us, and we end it in order.
      detached: true,
      // A namespace is entered by root.
      ...(server.uid === undefined || server.place ? {} : { uid: server.uid, gid: server.uid }),
    });
  } finally {
    await log.close();
  }
  let failed: Error | undefined;
  child.once('error', (error) => (failed = error));
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  if (server.input !== undefined) child.stdin!.on('error', () => {}).end(server.input);

  const deadline = performance.now() + server.readyWithinMs;
  while (failed === undefined && !hasEnded(child) && performance.now() < deadline) {
    if (await server.ready(child)) {
      return {
        pid: child.pid!,
        ended,
        stop: () => endChild(child, { signal: server.stopSignal, patienceMs: 10_000 }),
      };
    }
    await sleep(10);
  }
  const why =
    failed?.message ??
    (hasEnded(child)
      ? `it ended with ${child.signalCode ?? `code ${child.exitCode}`}`
      : `it was not ready after ${server.readyWithinMs} ms`);
  await endChild(child, { signal: 'SIGKILL', patienceMs: 0 });
  throw new ServerStartError(`${server.name} did not start: ${why}`, await logTail(server.logFile));
}

function placed({ command, args, uid, place }: ServerCommand): string[] {
  if (!place) return [command, ...args];
  const user = uid === undefined ? [] : ['--reuid', String(uid), '--regid', String(uid), '--clear-groups'];
  // Again: the kernel forgets it when the user changes.
  return [...place.enter, 'setpriv', ...user, '--pdeathsig', 'KILL', '--', command, ...args];
}
