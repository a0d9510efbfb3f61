import type { IntermodalClient, JobView } from '@intermodal/client';
import { printJson, type CommandContext } from './context.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { saveOutputs } from './save-outputs.ts';
import { jobScreen, jobText } from './show-job.ts';

/** Waits for a job while showing it, saves its files, prints its output, and sets the exit code. */
export async function finishJob(
  jobId: string,
  options: { readonly json?: true; readonly out?: string },
  client: IntermodalClient,
  context: CommandContext,
): Promise<void> {
  const { signal } = context;
  const onChange = options.json ? undefined : jobScreen(context);
  const job = await client.jobs.wait(jobId, { signal, ...(onChange && { onChange }) });
  if (job.status !== 'completed') context.exitCode = EXIT_CODES.failed;
  const files = options.out === undefined ? [] : await saveOutputs(job, options.out, client, signal);
  if (options.json) printJson(context, options.out === undefined ? job : { ...job, files });
  else printOutcome(job, files, context);
}

function printOutcome(job: JobView, files: readonly string[], context: CommandContext): void {
  if (!context.screen) for (const line of jobText({ ...job, tasks: [] })) context.note(line);
  if (job.output) context.print(JSON.stringify(job.output, null, 2));
  for (const file of files) context.note(`wrote ${file}`);
}
