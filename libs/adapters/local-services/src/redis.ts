import { constants } from 'node:fs';
import { access, mkdir, rm, symlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { freePort } from './free-port.ts';
import { keptPassword } from './kept-password.ts';
import { ServerStartError, startServer, type RunningServer, type ServerPlace } from './server-process.ts';

export interface RedisOptions {
  /** Made when it is not there. Holds the data and the password. */
  readonly dataFolder: string;
  readonly logFile: string;
  /** Any free one when not given. */
  readonly port?: number;
  /** For tests: nothing is kept on disk. */
  readonly fast?: boolean;
  /** Where to look for the binary: the value of PATH. */
  readonly path?: string;
  /** Loopback of this machine when left out. */
  readonly place?: ServerPlace;
}

const LOOPBACK = '127.0.0.1';

/** Starts a private Redis on loopback, with a password. Data of a killed server is read again. */
export async function startRedis(options: RedisOptions): Promise<RunningServer> {
  await mkdir(options.dataFolder, { recursive: true, mode: 0o700 });
  const binary = await redisServer(options.dataFolder, options.path ?? '/usr/local/bin:/usr/bin:/bin');
  const address = options.place?.address ?? LOOPBACK;
  const password = await keptPassword(join(options.dataFolder, 'password'));
  for (let tries = 1; ; tries++) {
    const port = options.port ?? (await freePort());
    try {
      const server = await startServer({
        name: 'Redis',
        command: binary,
        args: ['-'],
        environment: { TZ: 'UTC' },
        // By standard input, so that the password is in no list of processes.
        input: configuration(options, address, port, password),
        ...(options.place && { place: options.place }),
        logFile: options.logFile,
        readyWithinMs: 30_000,
        stopSignal: 'SIGTERM',
        ready: (child) => answers(address, port, password, child.pid),
      });
      return { ...server, port, url: `redis://:${password}@${address}:${port}` };
    } catch (error) {
      const taken = error instanceof ServerStartError && error.log.includes('Address already in use');
      if (!taken || options.port !== undefined || tries === 5) throw error;
    }
  }
}

const configuration = (options: RedisOptions, address: string, port: number, password: string): string =>
  [
    `bind ${address}`,
    `port ${port}`,
    `requirepass ${password}`,
    `dir "${options.dataFolder}"`,
    `appendonly ${options.fast ? 'no' : 'yes'}`,
    'appendfsync everysec',
    'save ""',
    // The queue must never lose a key to memory pressure.
    'maxmemory-policy noeviction',
    'daemonize no',
    '',
  ].join('\n');

/**
 * The path of a Redis server. Debian's redis-tools brings the server's binary under the name `redis-check-rdb`; it is the
 * name it is called by that decides what it does, so a link gives it the right one.
 */
async function redisServer(dataFolder: string, path: string): Promise<string> {
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  const server = await firstExecutable(folders.map((folder) => join(folder, 'redis-server')));
  if (server) return server;
  const tools = await firstExecutable(folders.map((folder) => join(folder, 'redis-check-rdb')));
  if (!tools)
    throw new Error('Redis is not installed: install the package redis-tools (Debian, Ubuntu) or redis.');
  const link = join(dataFolder, 'redis-server');
  await rm(link, { force: true });
  await symlink(tools, link);
  return link;
}

async function firstExecutable(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return undefined;
}

/** Asks for a PING, to which a Redis that still reads its data says LOADING; and for its pid, lest another answers. */
function answers(host: string, port: number, password: string, pid: number | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    let answer = '';
    socket.setTimeout(1_000, () => socket.destroy());
    socket.on('connect', () => socket.end(`AUTH ${password}\r\nPING\r\nINFO server\r\nQUIT\r\n`));
    socket.on('data', (data: Buffer) => (answer += data.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer.includes('+PONG') && answer.includes(`process_id:${pid}\r\n`)));
  });
}
