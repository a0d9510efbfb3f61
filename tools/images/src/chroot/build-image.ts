import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import {
  parseDockerfile,
  settingsOf,
  type ImageSettings,
  type Stage,
  type Step,
} from '../dockerfile/parse-dockerfile.ts';
import { readIgnores } from '../dockerfile/read-ignores.ts';
import type { BaseRoots } from './base-roots.ts';
import { enter, type InnerMount } from './enter.ts';
import { run } from './run.ts';

export interface BuiltImage {
  readonly name: string;
  readonly root: string;
  readonly settings: ImageSettings;
  /** What each step of the last stage added, in bytes. */
  readonly added: readonly { readonly what: string; readonly bytes: number }[];
}

export interface BuildOptions {
  readonly context: string;
  readonly work: string;
  readonly bases: BaseRoots;
  /** Certificates that this machine trusts in addition, for downloads. */
  readonly certificates: string | undefined;
  readonly signal: AbortSignal;
  onProgress(what: string): void;
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** What downloads need to know of this machine. */
const OF_THE_MACHINE = ['/etc/resolv.conf', '/etc/apt/apt.conf.d'];

/**
 * Carries out Dockerfiles without Docker, in chroots. A stage that says the same as one of an earlier file is not made twice.
 */
export class ImageBuilder {
  readonly #options: BuildOptions;
  /** What a stage says -> its root. */
  readonly #made = new Map<string, string>();

  constructor(options: BuildOptions) {
    this.#options = options;
  }

  async build(name: string): Promise<BuiltImage> {
    const file = join(this.#options.context, 'infra/docker', name, 'Dockerfile');
    const stages = parseDockerfile(await readFile(file, 'utf8'));
    const roots = new Map<string, { root: string; said: string }>();
    for (const stage of stages.slice(0, -1)) {
      const said = JSON.stringify([stage, [...roots.values()].map((earlier) => earlier.said)]);
      const root = this.#made.get(said) ?? (await this.#make(`${name}-${stage.name}`, stage, roots)).root;
      this.#made.set(said, root);
      roots.set(stage.name!, { root, said });
    }
    const { root, added } = await this.#make(name, stages.at(-1)!, roots);
    const settings = settingsOf(stages.at(-1)!.steps);
    return { name, root, added, settings: { ...settings, environment: { PATH, ...settings.environment } } };
  }

  async #make(
    name: string,
    stage: Stage,
    roots: ReadonlyMap<string, { root: string }>,
  ): Promise<{ root: string; added: { what: string; bytes: number }[] }> {
    const { work, bases, signal, onProgress } = this.#options;
    const base = roots.get(stage.from)?.root ?? bases[stage.from];
    if (base === undefined)
      throw new Error(
        `${name}: nothing here stands in for ${stage.from}; only for ${Object.keys(bases).join(', ')}.`,
      );
    const root = join(work, name);
    await rm(root, { recursive: true, force: true });
    await run(['cp', '-a', '--reflink=auto', base, root], { signal });
    let size = await sizeOf(root, signal);
    const added = [{ what: `FROM ${stage.from}`, bytes: size }];
    for (const [i, step] of stage.steps.entries()) {
      if (step.kind === 'set') continue;
      onProgress(`${name}: ${shown(step)}`);
      const before = settingsOf(stage.steps.slice(0, i));
      await mkdir(join(root, before.folder ?? '/'), { recursive: true });
      if (step.kind === 'copy') await this.#copy(step, root, before, roots);
      else await this.#run(step, root, before, roots);
      const now = await sizeOf(root, signal);
      added.push({ what: shown(step), bytes: now - size });
      size = now;
    }
    return { root, added };
  }

  async #copy(
    { from, source, target }: Step & { kind: 'copy' },
    root: string,
    { folder = '/' }: ImageSettings,
    roots: ReadonlyMap<string, { root: string }>,
  ): Promise<void> {
    const to = join(root, resolve(folder, target));
    if (from !== undefined) {
      const source_ = join(roots.get(from)!.root, source);
      const isFolder = (await stat(source_)).isDirectory();
      await run(['cp', '-a', '--reflink=auto', isFolder ? `${source_}/.` : source_, to], this.#options);
      return;
    }
    const { context } = this.#options;
    const isIgnored = readIgnores(await readFile(join(context, '.dockerignore'), 'utf8'));
    const filter = (path: string): boolean => path === context || !isIgnored(relative(context, path));
    await cp(join(context, source), to, { recursive: true, filter });
  }

  async #run(
    { mounts, command }: Step & { kind: 'run' },
    root: string,
    { folder = '/', environment }: ImageSettings,
    roots: ReadonlyMap<string, { root: string }>,
  ): Promise<void> {
    const { certificates, signal } = this.#options;
    const inner: InnerMount[] = mounts.map((mount) =>
      mount.type === 'bind'
        ? { source: join(roots.get(mount.from)!.root, mount.source), target: mount.target, readOnly: true }
        : { source: this.#cache(mount.target), target: mount.target },
    );
    for (const path of [...OF_THE_MACHINE, ...(certificates ? [certificates] : [])])
      if (existsSync(path)) inner.push({ source: path, target: path, readOnly: true });
    await using made = new AsyncDisposableStack();
    for (const { source, target } of inner) await placeFor(source, join(root, target), made);
    const room = enter({
      ...{ root, readOnly: false, mounts: inner, inMemory: ['tmp'], folder },
      environment: {
        ...{ PATH, HOME: '/root', ...environment },
        ...(certificates && { NODE_EXTRA_CA_CERTS: certificates }),
      },
      command: ['/bin/sh', '-c', command],
    });
    await run(room, { signal });
  }

  /** Only that of npm is asked for. */
  #cache(target: string): string {
    if (target !== '/root/.npm') throw new Error(`a cache at ${target} is not supported.`);
    return join(homedir(), '.npm');
  }
}

/** Somewhere to mount `source`; what was made for it is removed later, unless something is in it by then. */
async function placeFor(source: string, at: string, made: AsyncDisposableStack): Promise<void> {
  if (existsSync(at)) return;
  const isFolder = (await stat(source)).isDirectory();
  const folder = isFolder ? at : dirname(at);
  const first = await mkdir(folder, { recursive: true });
  const folders: string[] = [];
  for (let one = folder; first !== undefined && one.length >= first.length; one = dirname(one))
    folders.unshift(one);
  // The innermost is removed first: they go in the opposite order.
  for (const one of folders) made.defer(() => rmdir(one).catch(() => {}));
  if (isFolder) return;
  await writeFile(at, '');
  made.defer(() => rm(at));
}

const shown = (step: Step): string =>
  step.kind === 'run'
    ? `RUN ${step.command}`
    : step.kind === 'copy'
      ? `COPY ${step.from ? `--from=${step.from} ` : ''}${step.source} ${step.target}`
      : '';

async function sizeOf(root: string, signal: AbortSignal): Promise<number> {
  return Number((await run(['du', '-sx', '--block-size=1', root], { signal })).split('\t')[0]);
}
