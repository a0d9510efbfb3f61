// Hands connections to a port of this host's loopback on to the same port elsewhere: `relay PORT ADDRESS`. A receiver of webhooks is
// on loopback for those who send, whose addresses may not lead to private networks.
import { connect, createServer } from 'node:net';
import { pino } from 'pino';
import { onStop } from '@intermodal/process';

const [port, address] = process.argv.slice(2) as [string, string];
const server = createServer((near) => {
  const far = connect(Number(port), address);
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.pipe(other);
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
  }
});
server.listen(Number(port), '127.0.0.1', () => process.send?.({ type: 'ready' }));
onStop(pino({ level: 'silent' }), () => Promise.resolve());
