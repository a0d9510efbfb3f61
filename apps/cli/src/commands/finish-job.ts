import type { IntermodalClient, JobView } from '@intermodal/client';
import { printJson, type CommandContext } from './context.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { saveOutputs } from './save-outputs.ts';
import { jobText } from './show-job.ts';
import { watchJob } from './watch/watch-job.ts';

export interface FinishOptions {
  /** Nothing is shown; the job is one line of JSON when it has ended. */
  readonly json?: true;
  /** Each event is a line of JSON, and nothing else is printed. */
  readonly events?: boolean;
  readonly out?: string;
}

/** Shows a job until it ends, saves its files, prints its output, and sets the exit code. */
export async function finishJob(
  jobId: string,
  options: FinishOptions,
  client: IntermodalClient,
  context: CommandContext,
): Promise<void> {
  const { signal } = context;
  const { json, events = false, out } = options;
  const quiet: CommandContext = json && !events ? { ...context, note: () => {}, screen: undefined } : context;
  await watchJob(jobId, { json: events }, client, quiet);
  const job = await client.jobs.get(jobId, { tasks: true, signal });
  if (job.status !== 'completed') context.exitCode = EXIT_CODES.failed;
  const files = out === undefined ? [] : await saveOutputs(job, out, client, signal);
  if (events) return;
  if (json) printJson(context, out === undefined ? job : { ...job, files });
  else printOutcome(job, files, context);
}

function printOutcome(job: JobView, files: readonly string[], context: CommandContext): void {
  if (!context.screen) for (const line of jobText({ ...job, tasks: [] })) context.note(line);
  if (job.output) context.print(JSON.stringify(job.output, null, 2));
  for (const file of files) context.note(`wrote ${file}`);
}
