import { setTimeout as delay } from 'node:timers/promises';
import { clusterPods, inCluster } from '@intermodal/kubernetes';
import { openRecords } from '@intermodal/records';
import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { UsageError } from '../exit-codes.ts';
import { deletionCosts } from './deletion-costs.ts';

interface Options {
  readonly every: string;
  readonly poolLabel: string;
  readonly server?: string;
  readonly account?: string;
  readonly once?: true;
}

export function registerPodCostsCommand(program: Command, context: CommandContext): void {
  program
    .command('pod-costs')
    .description('on Kubernetes: have idle workers go first when a pool gets smaller; runs until it is ended')
    .option('--every <seconds>', 'how often to look', '5')
    .option('--pool-label <name>', 'the label of pods that names their pool', 'intermodal.dev/pool')
    .option('--server <url>', 'the API of the cluster, where it is not https://kubernetes.default.svc')
    .option('--account <folder>', 'the token, certificates and namespace of a service account')
    .option('--once', 'look once, and end')
    .addHelpText('after', '\nNeeds DATABASE_URL, and the right to list and patch pods of its namespace.')
    .action(async ({ every, poolLabel, server, account, once }: Options) => {
      const seconds = Number(every);
      if (!(seconds >= 1 && seconds <= 300))
        throw new UsageError(`--every is '${every}': expected 1 to 300 seconds.`);
      const { databaseUrl } = context.config();
      if (databaseUrl === undefined)
        throw new UsageError('DATABASE_URL is not set: whose workers are to be looked at?');
      const records = openRecords({ databaseUrl, connections: 1, applicationName: 'intermodal pod-costs' });
      const pods = clusterPods(await inCluster({ server, folder: account }));
      const { signal } = context;
      const look = async (): Promise<void> => {
        const [there, workers] = await Promise.all([pods.list(poolLabel, signal), records.pools.workers()]);
        for (const { pod, cost } of deletionCosts(there, workers, poolLabel))
          if (await pods.setDeletionCost(pod, cost, signal)) context.print(`${pod} ${cost}`);
      };
      try {
        if (once) return await look();
        while (!signal.aborted) {
          // Of what cannot be reached now the next look knows more; a pool that gets smaller meanwhile drains whom it picks.
          await look().catch((error: unknown) => context.note((error as Error).message));
          await delay(seconds * 1_000, undefined, { signal });
        }
      } finally {
        pods.close();
        await records.close();
      }
    });
}
