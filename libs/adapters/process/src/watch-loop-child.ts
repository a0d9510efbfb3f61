import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { pino } from 'pino';
import type { WatchedLoop } from './watch-loop.ts';

const { address, blockedMs, logLevel, process: name, tickMs, turns } = workerData as WatchedLoop;
// Straight to the file: console and process.stdout of a thread go through the very loop that is blocked.
const log = pino({ level: logLevel, base: { process: name } }, pino.destination({ fd: 1, sync: true }));

let seen = Atomics.load(turns, 0);
let lookedAt = performance.now();
let standsMs = 0;
let reported = false;

const sentence = (): string =>
  `The event loop has been blocked for ${(standsMs / 1_000).toFixed(1)} s; ${(blockedMs / 1_000).toFixed(1)} s are allowed.`;

setInterval(() => {
  const now = performance.now();
  const current = Atomics.load(turns, 0);
  if (current === seen) {
    // Of a process that was stopped as a whole, and goes on, only the time in which this thread ran counts.
    standsMs += Math.min(now - lookedAt, 2 * tickMs);
  } else {
    if (reported) log.warn({ blockedMs: Math.round(standsMs) }, 'the event loop goes on');
    [standsMs, reported] = [0, false];
  }
  [seen, lookedAt] = [current, now];
  if (standsMs <= blockedMs || reported) return;
  reported = true;
  log.error({ blockedMs: Math.round(standsMs) }, sentence());
}, tickMs);

if (address === undefined) parentPort!.postMessage({});
else {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/livez') return void response.writeHead(404).end();
    const isBlocked = standsMs > blockedMs;
    const answer = isBlocked
      ? { status: 'blocked', blockedMs: Math.round(standsMs), problem: sentence() }
      : { status: 'alive' };
    response.writeHead(isBlocked ? 503 : 200, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify(answer));
  });
  server.listen(address.port, address.host);
  await once(server, 'listening');
  parentPort!.postMessage({ port: (server.address() as AddressInfo).port });
}
