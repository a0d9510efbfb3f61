import { FINAL_BATCH_STATES } from '@intermodal/contracts';
import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { finishJob } from '../finish-job.ts';
import { batchText } from '../show-batch.ts';
import { watchBatch } from './watch-batch.ts';

interface Options {
  readonly json?: true;
  readonly out?: string;
}

const MORE = `
On a terminal the nodes of a job are drawn as they move, the items of an each as one line with a bar. A lost connection is made again,
by itself. Ctrl-C ends the watching, and not the job.

Examples:
  $ intermodal watch job_01k… --out out/
  $ intermodal watch bat_01k…
  $ intermodal watch job_01k… --json | jq -r 'select(.type == "task.failed").error.message'
`;

export function registerWatchCommand(program: Command, context: CommandContext): void {
  program
    .command('watch')
    .description('show a job or a batch until it ends')
    .argument('<id>', 'of a job or a batch')
    .option('-o, --out <folder>', 'of a job: save the files of the output there')
    .option('--json', 'print each event as a line of JSON')
    .addHelpText('after', MORE)
    .action(async (id: string, { json, out }: Options) => {
      const client = await context.client();
      const options = { events: json === true, ...(out !== undefined && { out }) };
      if (!id.startsWith('bat_')) return finishJob(id, options, client, context);
      await watchBatch(id, { json: options.events }, client, context);
      const batch = await client.batches.get(id, { signal: context.signal });
      const { total, completed } = batch.counts;
      if (FINAL_BATCH_STATES.includes(batch.status) && completed < total)
        context.exitCode = EXIT_CODES.failed;
      if (!json) for (const line of batchText(batch)) context.print(line);
    });
}
