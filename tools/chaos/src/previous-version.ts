import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../../..');
const SQL = 'libs/adapters/records/sql';

/** A checkout of an earlier commit, built, beside this one. */
export class PreviousVersion {
  readonly commit: string;
  readonly #folder: string;

  private constructor(commit: string, folder: string) {
    this.commit = commit;
    this.#folder = folder;
  }

  /**
   * @param wanted the one before the last commit that changed SQL when left out, so that there is something to migrate
   * @returns or a reason why there is none here
   */
  static async build(wanted: string | undefined, signal: AbortSignal): Promise<PreviousVersion | string> {
    const git = async (...args: string[]): Promise<string> =>
      (await run('git', ['-C', ROOT, ...args], { signal })).stdout.trim();
    if (!(await git('rev-parse', '--git-dir').catch(() => undefined))) return 'this is no git checkout';
    const changed = wanted ? '' : await git('log', '-1', '--no-merges', '--format=%H', '--', SQL);
    const commit = await git('rev-parse', '--verify', `${wanted ?? `${changed}^`}^{commit}`).catch(
      () => undefined,
    );
    if (commit === undefined)
      return wanted
        ? `there is no commit '${wanted}'`
        : 'the history is too short to hold an earlier version';
    const parent = await mkdtemp(join(tmpdir(), 'intermodal-previous-'));
    const folder = join(parent, 'checkout');
    const previous = new PreviousVersion(commit, folder);
    try {
      await git('worktree', 'add', '--detach', folder, commit);
      if (await isInstalledHere(folder)) await sharePackages(folder);
      else await run('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: folder, signal });
      await run(process.execPath, [join('tools', 'bootstrap', 'transpile.mjs')], { cwd: folder, signal });
      return previous;
    } catch (error) {
      await previous.remove();
      throw error;
    }
  }

  /** As `TrialStackOptions.programs`. */
  get programs(): string {
    return join(this.#folder, 'tools/trial/dist');
  }

  async remove(): Promise<void> {
    await rm(dirname(this.#folder), { recursive: true, force: true });
    await run('git', ['-C', ROOT, 'worktree', 'prune']);
  }
}

/** Whether all that its lock file names is installed here; what is here besides does not matter. */
async function isInstalledHere(folder: string): Promise<boolean> {
  const [here, there] = await Promise.all([ROOT, folder].map(packagesOf));
  return [...there!].every(([path, version]) => here!.get(path) === version);
}

/** Of the packages of others: where they stand -> version. */
async function packagesOf(root: string): Promise<Map<string, string | undefined>> {
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string; link?: true }>;
  };
  const theirs = Object.entries(lock.packages).filter(
    ([path, { link }]) => path.includes('node_modules/') && !link,
  );
  return new Map(theirs.map(([path, { version }]) => [path, version]));
}

/** Links to the packages that are installed here; the links to packages of the repository are of the other one. */
async function sharePackages(folder: string): Promise<void> {
  const ours = join(ROOT, 'node_modules');
  const theirs = join(folder, 'node_modules');
  await mkdir(join(theirs, '@intermodal'), { recursive: true });
  for (const name of await readdir(ours))
    if (name !== '@intermodal') await symlink(join(ours, name), join(theirs, name));
  for (const name of await readdir(join(ours, '@intermodal')))
    await symlink(await readlink(join(ours, '@intermodal', name)), join(theirs, '@intermodal', name));
  // What a package of the repository has in another version than the rest.
  for (const parent of ['apps', 'libs', 'libs/adapters', 'tools'])
    for (const name of await readdir(join(folder, parent))) {
      const inner = join(parent, name, 'node_modules');
      if (existsSync(join(ROOT, inner)))
        await cp(join(ROOT, inner), join(folder, inner), { recursive: true });
    }
}
