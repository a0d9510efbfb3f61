import type { QueryOf } from '@intermodal/contracts';
import type { Command } from 'commander';
import { printJson, type CommandContext } from './context.ts';
import { finishJob } from './finish-job.ts';
import { newestJobs } from './newest-jobs.ts';
import { jobLine, jobText } from './show-job.ts';

type Json = { readonly json?: true };

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** `jobs`, `job`, `cancel`, `retry`. */
export function registerJobCommands(program: Command, context: CommandContext): void {
  program
    .command('jobs')
    .description('list jobs, the newest first')
    .option('--status <status>', 'queued, running, completed, failed or cancelled')
    .option('--pipeline <name>', 'only of this pipeline')
    .option('--batch <id>', 'only what this batch made')
    .option('--from <moment>', 'made then or later, e.g. 2026-11-27T00:00:00Z')
    .option('--until <moment>', 'made before then')
    .option('--metadata <name=value>', 'with this among its metadata; repeat it for each', collect)
    .option('--limit <number>', 'at most this many, 100 at most', '20')
    .option('--cursor <id>', 'jobs older than this one')
    .option('--json', 'print one line of JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ intermodal jobs --status failed --limit 5\n  $ intermodal jobs --metadata user=ada',
    )
    .action(async ({ json, limit, ...filter }: QueryOf<'listJobs'> & Json) => {
      const client = await context.client();
      const list = await newestJobs(client, { ...filter, limit: Number(limit) }, context.signal);
      if (json) return printJson(context, list);
      for (const job of list.jobs) context.print(jobLine(job));
      if (list.next !== null) context.note(`more: --cursor ${list.next}`);
    });

  program
    .command('job')
    .description('show one job with its tasks and its output')
    .argument('<id>')
    .option('--json', 'print one line of JSON')
    .addHelpText('after', '\nExample:\n  $ intermodal job job_01k… --json | jq .output')
    .action(async (id: string, { json }: Json) => {
      const job = await (await context.client()).jobs.get(id, { tasks: true, signal: context.signal });
      if (json) return printJson(context, job);
      for (const line of jobText(job)) context.print(line);
      if (job.output) context.print(JSON.stringify(job.output, null, 2));
    });

  program
    .command('cancel')
    .description('cancel a job; one that ended stays as it is')
    .argument('<id>')
    .option('--json', 'print one line of JSON')
    .addHelpText('after', '\nExample:\n  $ intermodal cancel job_01k…')
    .action(async (id: string, { json }: Json) => {
      const job = await (await context.client()).jobs.cancel(id, { signal: context.signal });
      if (json) printJson(context, job);
      else context.print(jobLine(job));
    });

  program
    .command('retry')
    .description('run a failed or cancelled job again, but not what completed in it')
    .argument('<id>')
    .option('-w, --watch', 'show the new job until it ends')
    .option('-o, --out <folder>', 'with --watch: save the files of the output there')
    .option('--json', 'print one line of JSON')
    .addHelpText('after', '\nExample:\n  $ intermodal retry job_01k… --watch')
    .action(async (id: string, options: Json & { readonly watch?: true; readonly out?: string }) => {
      const client = await context.client();
      const job = await client.jobs.retry(id, { signal: context.signal });
      if (options.watch) return finishJob(job.id, options, client, context);
      if (options.json) printJson(context, job);
      else context.print(jobLine(job));
    });
}
