import { join } from 'node:path';
import { uploadFile } from './given-file.ts';
import type { Part } from './parts/part.ts';
import { progressOn } from './progress.ts';
import { jsonOf, report } from './report.ts';
import { saveOutputs } from './save-outputs.ts';
import type { Show } from './show.ts';

/** Runs one pipeline, shows it, and gives its entry in the line for programs. */
export async function showPipeline(part: Part, show: Show): Promise<ReturnType<typeof jsonOf>> {
  const { client, options, folder, stop, say } = show;
  const artifact = await uploadFile(part, show);
  const { input, params, shown } = part.request(options);
  if (shown !== undefined) say(shown);
  const { id } = await client.jobs.submit(
    {
      pipeline: part.pipeline,
      input: { [part.port]: { artifact }, ...input },
      ...(params && { params }),
    },
    { signal: stop },
  );
  say(`Job: ${id}`, '');
  try {
    const progress = progressOn(show.screen);
    const job = await client.jobs.wait(id, {
      signal: stop,
      pollMs: 150,
      onChange: (seen) => progress.job(seen),
    });
    const { outputs, files } = await saveOutputs(client, job.output, join(folder, part.pipeline), stop);
    say('');
    if (job.status === 'completed') say(...part.told(job, options), '', ...report(job, files));
    else say(`The job ${job.status}: ${job.error?.message ?? ''} (${job.error?.code ?? job.status})`);
    return jsonOf(job, outputs);
  } catch (error) {
    if (stop.aborted) {
      await client.jobs.cancel(id);
      say('', `${id} is cancelled.`);
    }
    throw error;
  }
}
