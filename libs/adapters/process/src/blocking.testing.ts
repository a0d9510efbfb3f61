// A process whose event loop stands still from its first message until its standard input says something.
import { readSync } from 'node:fs';
import { pino } from 'pino';
import { onStop } from './on-stop.ts';
import { jsonAnswer, StatusRoutes } from './status-routes.ts';
import { watchLoop } from './watch-loop.ts';

const routes = new StatusRoutes(pino({ level: 'silent' }))
  .get('/asked/:what', async ({ what }) => jsonAnswer(200, { asked: what }))
  .get('/never', () => new Promise(() => {}));
const { port } = await watchLoop({
  ...{
    writer: { service: 'blocking' },
    logLevel: 'info',
    blockedMs: 200,
    answerMs: 300,
    answer: routes.answer,
  },
  address: { host: '127.0.0.1', port: 0 },
});
process.on('message', () => readSync(0, Buffer.alloc(1)));
// Asked to end in order, it never comes to an end.
onStop(pino({ level: 'silent' }), () => new Promise(() => process.send!({ stopping: true })));
process.send!({ port });
