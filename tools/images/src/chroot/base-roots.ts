import { existsSync } from 'node:fs';
import { cp, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from './run.ts';

/** What stands in, on this machine, for an image of a registry. */
export type BaseRoots = Readonly<Record<string, string>>;

export interface BaseOptions {
  /** Where the roots are made; what is there already is taken. */
  readonly work: string;
  /** The root of a repository that was installed. */
  readonly repository: string;
  readonly signal: AbortSignal;
  onProgress(what: string): void;
}

/** What the slim images of Debian leave out of every package, too. */
const SLIM = ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/info/*', '/usr/share/locale/*'];

/**
 * `debian:bookworm-slim` is Debian's minimal base by debootstrap, without manuals as the image. `node:24-bookworm-slim` is that and
 * the Node that the lock file names, with this machine's npm: it builds, and nothing of it gets into an image.
 */
export async function makeBaseRoots(options: BaseOptions): Promise<BaseRoots> {
  const { work, repository, signal, onProgress } = options;
  const debian = join(work, 'debian');
  if (!existsSync(debian)) {
    onProgress('debootstrap');
    await whole(debian, async (root) => {
      await run(['debootstrap', '--variant=minbase', 'bookworm', root], { signal });
      // Of this machine; Docker puts its own in their places.
      for (const name of ['resolv.conf', 'hostname']) await rm(join(root, 'etc', name), { force: true });
      const excludes = SLIM.map((path) => `path-exclude ${path}\n`).join('');
      await writeFile(join(root, 'etc/dpkg/dpkg.cfg.d/slim'), excludes);
      await rm(join(root, 'var/lib/apt/lists'), { recursive: true });
      for (const path of SLIM) await rm(join(root, dirname(path)), { recursive: true });
      await rm(join(root, 'var/cache/apt/archives'), { recursive: true });
      await mkdir(join(root, 'var/cache/apt/archives/partial'), { recursive: true });
    });
  }
  const node = join(work, 'node');
  if (!existsSync(node)) {
    await whole(node, async (root) => {
      await run(['cp', '-a', debian, root], { signal });
      const programs = join(root, 'usr/local/bin');
      await cp(join(repository, 'node_modules/node/bin/node'), join(programs, 'node'));
      const npm = join((await run(['npm', 'root', '--global'], { signal, cwd: '/' })).trim(), 'npm');
      await cp(npm, join(root, 'usr/local/lib/node_modules/npm'), { recursive: true, dereference: true });
      for (const name of ['npm', 'npx'])
        await symlink(`../lib/node_modules/npm/bin/${name}-cli.js`, join(programs, name));
    });
  }
  return { 'debian:bookworm-slim': debian, 'node:24-bookworm-slim': node };
}

/** What was broken off is not taken for whole the next time. */
async function whole(folder: string, make: (at: string) => Promise<void>): Promise<void> {
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await make(partial);
  await rename(partial, folder);
}
