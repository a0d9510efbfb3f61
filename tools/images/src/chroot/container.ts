import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as after } from 'node:timers/promises';
import { logTail } from '@intermodal/local-services';
import { spawnBound } from '@intermodal/programs';
import type { BuiltImage } from './build-image.ts';
import { enter, type InnerMount } from './enter.ts';
import { run } from './run.ts';

export interface ContainerOptions {
  readonly image: BuiltImage;
  readonly name: string;
  /** In place of the image's own. */
  readonly command?: readonly string[];
  /** In place of the image's own; to see what it is for. */
  readonly entrypoint?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly mounts?: readonly InnerMount[];
  readonly logFile: string;
  readonly signal: AbortSignal;
}

/** A process as it is seen from outside of its container. */
export interface InnerProcess {
  readonly pid: number;
  /** R, S, D, or Z: ended, and nobody has waited for it. */
  readonly state: string;
  readonly uid: number;
  readonly command: string;
}

/** Writable, as docs tell: everything else is read-only. */
const IN_MEMORY = ['tmp', 'var/lib/intermodal'];

/** One process of an image as its settings say: its user, its environment, a read-only root, process 1 of its namespace. */
export class Container {
  readonly name: string;
  readonly #options: ContainerOptions;
  readonly #child: ChildProcess;

  private constructor(options: ContainerOptions, child: ChildProcess) {
    this.name = options.name;
    this.#options = options;
    this.#child = child;
  }

  static async start(options: ContainerOptions): Promise<Container> {
    const log = await open(options.logFile, 'a');
    try {
      const [program, ...args] = enter(Container.#room(options, commandOf(options)));
      const child = spawnBound(program, args, { stdio: ['ignore', log.fd, log.fd], detached: true });
      child.on('error', () => {});
      return new Container(options, child);
    } finally {
      await log.close();
    }
  }

  /** Runs one command to its end, as `docker run --rm`. */
  static run(options: Omit<ContainerOptions, 'name' | 'logFile'>): Promise<string> {
    return run(enter(Container.#room(options, commandOf(options))), options);
  }

  static #room(options: Omit<ContainerOptions, 'name' | 'logFile'>, command: readonly string[]) {
    const { settings, root } = options.image;
    return {
      ...{ root, readOnly: true, mounts: options.mounts ?? [], inMemory: IN_MEMORY },
      environment: { ...settings.environment, ...options.environment },
      folder: settings.folder ?? '/',
      user: settings.user,
      command,
    };
  }

  /** Process 1, by the pid that it has here. Undefined before it is there, and after its end. */
  get pid(): number | undefined {
    const { pid } = this.#child;
    const [child] = read(`/proc/${pid}/task/${pid}/children`).split(' ');
    return child ? Number(child) : undefined;
  }

  /** Waits until the health check of the image passes. */
  async healthy(withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs;
    for (let last = ''; ; await after(100, undefined, { signal: this.#options.signal })) {
      if (this.#child.exitCode !== null) last = `it ended with ${this.#child.exitCode}`;
      else {
        const answer = await this.execute(this.#options.image.settings.healthcheck!).catch(
          (error: Error) => error,
        );
        if (typeof answer === 'string') return;
        last = answer.message;
        if (performance.now() < deadline) continue;
      }
      throw new Error(`${this.name} is not healthy: ${last}\n${await logTail(this.#options.logFile)}`);
    }
  }

  /** Runs one more command inside, as `docker exec`. */
  async execute(command: readonly string[]): Promise<string> {
    const { pid } = this;
    if (pid === undefined) throw new Error(`${this.name} is not there.`);
    const { settings } = this.#options.image;
    const { uid, gid } = settings.user!;
    const environment = { ...settings.environment, ...this.#options.environment };
    return await run(
      [
        ...(['nsenter', '--target', String(pid), '--mount', '--pid', '--root', '--'] as [
          string,
          ...string[],
        ]),
        ...['setpriv', '--reuid', String(uid), '--regid', String(gid), '--clear-groups', '--'],
        ...[
          'env',
          '-i',
          ...Object.entries(environment).map(([name, value]) => `${name}=${value}`),
          ...command,
        ],
      ],
      this.#options,
    );
  }

  /** All processes inside. */
  processes(): InnerProcess[] {
    const { pid } = this;
    const namespace = pid && link(`/proc/${pid}/ns/pid`);
    if (!namespace) return [];
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && link(`/proc/${name}/ns/pid`) === namespace)
      .map((name) => {
        const status = read(`/proc/${name}/status`);
        const field = (of: string): string => new RegExp(`^${of}:\\s+(\\S+)`, 'm').exec(status)?.[1] ?? '';
        return {
          pid: Number(name),
          state: field('State'),
          uid: Number(field('Uid')),
          command: field('Name'),
        };
      });
  }

  /** Asks process 1 to end, and nobody else. @returns the code it ended with */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const { pid } = this;
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return this.#child.exitCode;
    const ended = once(this.#child, 'exit');
    if (pid !== undefined) process.kill(pid, signal);
    const [code] = (await ended) as [number | null];
    return code;
  }

  /** Ends all of it at once, if it has not ended. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    // With process 1 its whole namespace ends, and the one that waits for it; should that one be ended, so is process 1.
    const { pid } = this;
    if (pid === undefined) this.#child.kill('SIGKILL');
    else process.kill(pid, 'SIGKILL');
    await ended;
  }
}

const commandOf = ({ image, command, entrypoint }: Omit<ContainerOptions, 'name' | 'logFile'>): string[] => [
  ...(entrypoint ?? image.settings.entrypoint ?? []),
  ...(command ?? image.settings.command ?? []),
];

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** A zombie has no namespaces to be read any more, but for that of its processes it has. */
function link(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
