import type { BatchResult, BatchView } from '@intermodal/client';
import { uploadFile } from './given-file.ts';
import { secondsBetween, type Job } from './job.ts';
import { answerOf, visualQuestionAnswering } from './parts/visual-question-answering.ts';
import { progressOn } from './progress.ts';
import { byEngine } from './report.ts';
import type { Show } from './show.ts';
import { showWebhook, type WebhookSummary } from './show-webhook.ts';
import { secondsText, wrapped } from './text.ts';
import { openWebhookReceiver } from './webhook-receiver.ts';

/** The last ones cannot be answered: that is shown too. */
const QUESTIONS = [
  'How many clocks are there?',
  'Is there a stop sign?',
  'Where is the stop sign?',
  'Where is the clock?',
  'Is the stop sign left of the clock?',
  'What colour is the stop sign?',
  'What is written in the picture?',
  'Are there any dogs?',
  'Is there a QR code?',
  'What is the weather like?',
];
const QUESTION_WIDTH = 38;
const ANSWER_WIDTH = 56;

export interface BatchSummary {
  readonly id: string;
  readonly pipeline: string;
  readonly status: string;
  readonly counts: BatchView['counts'];
  readonly seconds: number | null;
  readonly rows: readonly {
    customId: string | null;
    status: string;
    question: string;
    answer: string | null;
  }[];
}

/** Asks ten questions about one picture in one request, and is told of the end by a webhook. */
export async function showBatch(
  show: Show,
): Promise<{ batch: BatchSummary; webhook: WebhookSummary | undefined }> {
  const { client, options, stop, say } = show;
  await using receiver = isLoopback(options.url) ? await openWebhookReceiver() : undefined;
  const artifact = await uploadFile(visualQuestionAnswering, show);
  const rows = QUESTIONS.map((question, i) => ({
    custom_id: `question-${i + 1}`,
    input: { image: { artifact }, question },
  }));
  const { id, webhook } = await client.batches.submit(
    { pipeline: visualQuestionAnswering.pipeline, rows, ...(receiver && { webhook: { url: receiver.url } }) },
    { signal: stop },
  );
  say(`Batch: ${id}, ${rows.length} rows of ${visualQuestionAnswering.pipeline}`);
  say(receiver ? `Webhook: ${receiver.url}` : 'Webhook: none, that API cannot reach this machine.', '');
  try {
    const progress = progressOn(show.screen);
    const batch = await client.batches.wait(id, {
      signal: stop,
      pollMs: 150,
      onChange: (seen) => progress.batch(seen),
    });
    const results: BatchResult[] = [];
    const jobs: Job[] = [];
    for await (const row of client.batches.results(id, { signal: stop })) {
      results.push(row);
      if (row.job !== undefined) jobs.push(await client.jobs.get(row.job, { tasks: true, signal: stop }));
    }
    const seconds = secondsBetween(batch.createdAt, batch.finishedAt);
    say('', ...table(results), '', 'Time by engine', ...byEngine(jobs), '');
    say(`The batch ${batch.status}${seconds === null ? '' : ` in ${secondsText(seconds)}`}.`, '');
    return {
      batch: {
        ...{ id, pipeline: batch.pipeline, status: batch.status, counts: batch.counts, seconds },
        rows: results.map((row, i) => ({
          ...{ customId: row.custom_id, status: row.status, question: QUESTIONS[i]! },
          answer: answerOf(row.output)?.answer ?? null,
        })),
      },
      webhook:
        receiver && webhook && (await showWebhook(show, receiver, { batch: id, secret: webhook.secret })),
    };
  } catch (error) {
    if (stop.aborted) {
      await client.batches.cancel(id);
      say('', `${id} is cancelled.`);
    }
    throw error;
  }
}

/** Only an API on this machine reaches what listens on loopback. */
const isLoopback = (url: string): boolean =>
  ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);

function table(results: readonly BatchResult[]): string[] {
  const row = (...cells: readonly [mark: string, question: string, answer: string]) =>
    `  ${cells[0]} ${cells[1].padEnd(QUESTION_WIDTH)} ${cells[2]}`;
  return results.flatMap((result, i) => {
    const told = answerOf(result.output);
    const text = told?.answer ?? `${result.status}: ${result.error?.message ?? ''}`;
    const [first = '', ...rest] = wrapped(text, ANSWER_WIDTH);
    const mark = told === null ? '✗' : told.answered ? '✓' : '?';
    return [row(mark, QUESTIONS[i]!, first), ...rest.map((line) => row(' ', '', line))];
  });
}
