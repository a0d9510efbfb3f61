// A process whose event loop stands still from its first message until its standard input says something.
import { readSync } from 'node:fs';
import { pino } from 'pino';
import { onStop } from './on-stop.ts';
import { watchLoop } from './watch-loop.ts';

const { port } = await watchLoop({
  ...{ process: 'blocking', logLevel: 'info', blockedMs: 200 },
  address: { host: '127.0.0.1', port: 0 },
});
process.on('message', () => readSync(0, Buffer.alloc(1)));
// Asked to end in order, it never comes to an end.
onStop(pino({ level: 'silent' }), () => new Promise(() => process.send!({ stopping: true })));
process.send!({ port });
