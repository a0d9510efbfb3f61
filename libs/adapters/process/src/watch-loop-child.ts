import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { LOG_FORM } from '@intermodal/contracts';
import { pino } from 'pino';
import type { StatusAnswer } from './status-routes.ts';
import type { StatusQuestion, StatusReply, WatchedLoop } from './watch-loop.ts';

const { address, answerMs, blockedMs, logLevel, tickMs, turns, writer } = workerData as WatchedLoop;
// Straight to the file: console and process.stdout of a thread go through the very loop that is blocked.
const log = pino({ ...LOG_FORM, level: logLevel, base: writer }, pino.destination({ fd: 1, sync: true }));

/** Questions that wait for the loop at a time: more come from nobody who means well. */
const QUESTIONS_MAX = 32;

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
  const asked = new Map<number, (answer: StatusAnswer | undefined) => void>();
  parentPort!.on('message', ({ id, answer }: StatusReply) => asked.get(id)?.(answer));
  let questions = 0;
  const ask = async (address: string): Promise<StatusAnswer | undefined> => {
    if (asked.size >= QUESTIONS_MAX) return unanswered('Too many questions wait for an answer.');
    const id = questions++;
    const { promise, resolve } = Promise.withResolvers<StatusAnswer | undefined>();
    asked.set(id, resolve);
    const late = setTimeout(() => resolve(unanswered(`There was no answer in ${answerMs} ms.`)), answerMs);
    parentPort!.postMessage({ id, address } satisfies StatusQuestion);
    try {
      return await promise;
    } finally {
      clearTimeout(late);
      asked.delete(id);
    }
  };

  const server = createServer((request, response) => {
    const address = request.url ?? '';
    const path = address.split('?', 1)[0]!;
    if (request.method !== 'GET') return void response.writeHead(404).end();
    if (path === '/livez') return send(response, live());
    // Who blocks the loop would have them all wait.
    if (standsMs > blockedMs) return send(response, live());
    void ask(address).then((answer) => {
      if (answer === undefined) response.writeHead(404).end();
      else send(response, answer);
    });
  });
  server.listen(address.port, address.host);
  await once(server, 'listening');
  parentPort!.postMessage({ port: (server.address() as AddressInfo).port });
}

function live(): StatusAnswer {
  const isBlocked = standsMs > blockedMs;
  const answer = isBlocked
    ? { status: 'blocked', blockedMs: Math.round(standsMs), problem: sentence() }
    : { status: 'alive' };
  return { status: isBlocked ? 503 : 200, contentType: 'application/json', body: JSON.stringify(answer) };
}

function unanswered(problem: string): StatusAnswer {
  return { status: 503, contentType: 'application/json', body: JSON.stringify({ problem }) };
}

function send(response: ServerResponse, { status, contentType, body }: StatusAnswer): void {
  response.writeHead(status, { 'content-type': contentType, connection: 'close' });
  response.end(body);
}
