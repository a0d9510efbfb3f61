import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below what systems give to connections that begin here (Linux from 32768, others from 49152): of those one can be taken by any
 * connection, before whoever asked for it listens, and again each time that it starts anew.
 */
const [LOWEST, HIGHEST] = [20_000, 32_767];
const ATTEMPTS = 100;

/**
 * A port of 127.0.0.1 that nobody listens on: `wanted` when it is free, else any. It is free only for the moment, so a
 * server that fails to bind it must be tried again with another.
 */
export async function freePort(wanted = 0): Promise<number> {
  if (wanted !== 0 && (await isFree(wanted))) return wanted;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(LOWEST, HIGHEST + 1);
    if (await isFree(port)) return port;
  }
  throw new Error(`Of the ports ${LOWEST} to ${HIGHEST} of 127.0.0.1 hardly any is free.`);
}

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    });
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
