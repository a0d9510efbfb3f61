import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { Network, noNetworkWhy } from '../network/network.ts';
import { Receiver } from '../receiver.ts';
import { STACK_HOSTS, startTrialStack } from './start-trial-stack.ts';

const why = noNetworkWhy();
if (why !== undefined) process.stderr.write(`hosts.medium.test.ts is skipped: ${why}.\n`);

test.skipIf(why !== undefined)('workers are in turn on the two hosts for pools', async () => {
  await using open = new AsyncDisposableStack();
  const network = await Network.open(STACK_HOSTS);
  open.defer(() => network.close());
  const receiver = await Receiver.listen(() => false, network.gateway);
  open.defer(() => receiver.close());
  const hosts = { network, receiverPort: receiver.port };
  const stack = await startTrialStack({ workers: 4, careless: true, hosts, base: process.env });
  open.defer(() => stack.stop(true));
  const namespaceOf = async (pid: number): Promise<string> =>
    (await promisify(execFile)('ip', ['netns', 'identify', String(pid)])).stdout.trim();
  const found = await Promise.all(stack.workers.map((one) => namespaceOf(one.pid!)));
  expect(stack.workers.map(({ name }) => name)).toEqual(['worker-0', 'worker-1', 'worker-2', 'worker-3']);
  expect(stack.workers.map((one) => stack.hostOf(one))).toEqual(['pool-a', 'pool-b', 'pool-a', 'pool-b']);
  expect(found.map((name) => name.split('-').slice(-2).join('-'))).toEqual(
    stack.workers.map((one) => stack.hostOf(one)),
  );
});
