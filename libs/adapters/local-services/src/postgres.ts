import { execFile } from 'node:child_process';
import { appendFile, chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { keptPassword } from './kept-password.ts';
import { postgresFiles, removePostgresData, type PostgresFiles } from './postgres-files.ts';
import { ServerStartError, startServer, type RunningServer, type ServerPlace } from './server-process.ts';

export interface PostgresOptions {
  /** Made when it is not there. Holds the password and, unless we are root, the data. */
  readonly dataFolder: string;
  readonly logFile: string;
  /** Any free one when not given. */
  readonly port?: number;
  /** For tests and demonstrations: a crash of the machine may lose data, and stop() removes it. */
  readonly ephemeral?: boolean;
  /** With `ephemeral`: as safe against a crash as one that is kept, for tests of just that. */
  readonly durable?: boolean;
  /** Loopback of this machine when left out. */
  readonly place?: ServerPlace;
}

const run = promisify(execFile);
const USER = 'intermodal';
const LOOPBACK = '127.0.0.1';

/** Starts a private Postgres on loopback, with a password; makes its data the first time. Also as root. */
export async function startPostgres(options: PostgresOptions): Promise<RunningServer> {
  const files = await postgresFiles(options.dataFolder);
  const password = await keptPassword(join(options.dataFolder, 'password'));
  if (!(await stat(join(files.dataFolder, 'PG_VERSION')).catch(() => undefined))) {
    await initialise(files, password, options.place);
  }
  await endOrphan(files);
  for (let tries = 1; ; tries++) {
    const port = options.port ?? (await freePort());
    try {
      const server = await startServer({
        name: 'Postgres',
        command: files.postgres,
        args: ['-D', files.dataFolder, ...settings(port, options)],
        environment: { TZ: 'UTC', LC_ALL: 'C' },
        ...(files.uid === undefined ? {} : { uid: files.uid }),
        ...(options.place && { place: options.place }),
        logFile: options.logFile,
        readyWithinMs: 60_000,
        // "Fast": ends the sessions and writes a checkpoint. TERM would wait for the clients.
        stopSignal: options.ephemeral ? 'SIGQUIT' : 'SIGINT',
        ready: async (child) => {
          const lines = await pidFile(files);
          return Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready';
        },
      });
      return {
        ...server,
        port,
        url: `postgresql://${USER}:${password}@${options.place?.address ?? LOOPBACK}:${port}/postgres`,
        stop: async () => {
          await server.stop();
          if (options.ephemeral) await removePostgresData(files);
        },
      };
    } catch (error) {
      if (!(error instanceof ServerStartError) || tries === 20) throw error;
      const taken = error.log.includes('could not create any TCP/IP sockets') && options.port === undefined;
      // The sessions of a killed server need a moment to notice.
      const busy = error.log.includes('is still in use');
      if (!taken && !busy) throw error;
      await sleep(busy ? 250 : 0);
    }
  }
}

function settings(port: number, { ephemeral, durable, place }: PostgresOptions): string[] {
  const careless = ephemeral === true && !durable;
  const values: Record<string, string> = {
    listen_addresses: place?.address ?? LOOPBACK,
    port: String(port),
    // A socket's path has 107 bytes at most, which a deep checkout exceeds.
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '128MB',
    log_timezone: 'UTC',
    timezone: 'UTC',
    ...(careless ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function initialise(files: PostgresFiles, password: string, place?: ServerPlace): Promise<void> {
  // What an interrupted attempt left.
  await rm(files.dataFolder, { recursive: true, force: true });
  const secret = await mkdtemp(join(tmpdir(), 'intermodal-initdb-'));
  try {
    const passwordFile = join(secret, 'password');
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (files.uid !== undefined) {
      await chown(secret, files.uid, files.uid);
      await chown(passwordFile, files.uid, files.uid);
    }
    await run(
      files.initdb,
      [
        ...['-D', files.dataFolder, '-U', USER, `--pwfile=${passwordFile}`],
        ...['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions'],
      ],
      {
        env: { TZ: 'UTC', LC_ALL: 'C', PATH: '/usr/bin:/bin' },
        cwd: '/',
        ...(files.uid === undefined ? {} : { uid: files.uid, gid: files.uid }),
      },
    );
    // By itself it lets in loopback only.
    if (place)
      await appendFile(join(files.dataFolder, 'pg_hba.conf'), 'host all all samenet scram-sha-256\n');
  } catch (error) {
    await rm(files.dataFolder, { recursive: true, force: true });
    throw new Error(`Postgres could not make its data: ${(error as { stderr?: string }).stderr ?? ''}`, {
      cause: error,
    });
  } finally {
    await rm(secret, { recursive: true });
  }
}

const pidFile = async (files: PostgresFiles): Promise<string[]> =>
  (await readFile(join(files.dataFolder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');

/**
 * Whoever starts us holds the folder's lock, so a server that still has the data is one that its owner left behind:
 * it is ended. When the pid is another program's by now, only the file goes, on which Postgres would refuse to start.
 */
async function endOrphan(files: PostgresFiles): Promise<void> {
  const pid = Number((await pidFile(files))[0]);
  if (!Number.isInteger(pid) || pid <= 1) return;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (command.includes(files.dataFolder)) {
    process.kill(pid, 'SIGQUIT');
    for (let waited = 0; waited < 100 && isAlive(pid); waited++) await sleep(50);
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  } else if (process.platform === 'linux') {
    await rm(join(files.dataFolder, 'postmaster.pid'), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
