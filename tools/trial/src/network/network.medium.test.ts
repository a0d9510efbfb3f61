import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { Network, noNetworkWhy } from './network.ts';

const run = promisify(execFile);
const why = noNetworkWhy();
if (why !== undefined) process.stderr.write(`network.medium.test.ts is skipped: ${why}.\n`);

test.skipIf(why !== undefined)(
  'hosts reach each other until a link is cut, and nothing of them stays',
  async () => {
    const network = await Network.open(['a', 'b']);
    const from = (host: string, script: string) => {
      const [program, ...args] = [...network.place(host).enter, process.execPath, '-e', script];
      return run(program!, args, { timeout: 10_000 });
    };
    try {
      const connect = `
      const server = '${network.place('b').address}';
      require('net').connect(7000, server).on('connect', () => process.exit(0)).on('error', () => process.exit(1));
      setTimeout(() => process.exit(2), Number(process.env.PATIENCE_MS ?? 5000));`;
      const [program, ...args] = [
        ...network.place('b').enter,
        ...[
          process.execPath,
          '-e',
          `require('net').createServer().listen(7000, () => console.log('listens'))`,
        ],
      ];
      const server = execFile(program!, args);
      await new Promise((done) => server.stdout!.once('data', done));
      await from('a', connect);
      expect(network.sentBy('a')).toBeGreaterThan(0);
      await network.cut('b');
      await expect(from('a', connect.replace('5000', '300'))).rejects.toMatchObject({ code: 2 });
      await network.mend('b');
      await from('a', connect);
    } finally {
      await network.close();
    }
    const { stdout: namespaces } = await run('ip', ['netns', 'list']);
    const { stdout: links } = await run('ip', ['-o', 'link']);
    expect(namespaces).not.toContain(`intermodal-${process.pid}-`);
    expect(links).not.toContain(process.pid.toString(36));
  },
);
