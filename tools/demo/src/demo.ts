import { IntermodalApiError, IntermodalClient } from '@intermodal/client';
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CannotMakeError } from './given-file.ts';
import type { DemoOptions, PartName } from './options.ts';
import type { Part } from './parts/part.ts';
import { speechToSpeech } from './parts/speech-to-speech.ts';
import { videoToText } from './parts/video-to-text.ts';
import { visualQuestionAnswering } from './parts/visual-question-answering.ts';
import type { Show } from './show.ts';
import { showBatch } from './show-batch.ts';
import { showPipeline } from './show-pipeline.ts';

const PIPELINES: Record<Exclude<PartName, 'batch'>, Part> = {
  'speech-to-speech': speechToSpeech,
  'visual-question-answering': visualQuestionAnswering,
  'video-to-text': videoToText,
};

/** The line for programs. */
interface Summary {
  readonly jobs: object[];
  batch?: object;
  webhook?: object;
}

/** Shows one part after the other; resolves with the exit code. What cannot be shown does not stop the others. */
export async function demo(
  options: DemoOptions,
  stop: AbortSignal,
  screen: NodeJS.WriteStream,
): Promise<number> {
  const folder = resolve(options.out);
  await mkdir(folder, { recursive: true });
  const say = (...lines: readonly string[]): void => void screen.write(`${lines.join('\n')}\n`);
  const show: Show = { client: new IntermodalClient(options), options, folder, stop, screen, say };
  const summary: Summary = { jobs: [] };
  let good = true;
  for (const [i, name] of options.parts.entries()) {
    const title = name === 'batch' ? 'ten questions in one request, and a webhook' : PIPELINES[name].title;
    say(...heading(options.parts.length > 1 ? `${i + 1}. ` : '', `${name}: ${title}`));
    try {
      good = (await showPart(name, show, summary)) && good;
    } catch (error) {
      if (stop.aborted || !isOfThisPart(error)) throw error;
      const { message } = error as Error;
      say('', message);
      if (name !== 'batch') summary.jobs.push({ pipeline: name, status: 'not run', error: { message } });
      good = false;
    }
    say('');
  }
  if (options.json) say(JSON.stringify(summary));
  return good ? 0 : 1;
}

/** Resolves with whether all of it went well. */
async function showPart(name: PartName, show: Show, summary: Summary): Promise<boolean> {
  if (name !== 'batch') {
    const job = await showPipeline(PIPELINES[name], show);
    summary.jobs.push(job);
    return job.status === 'completed';
  }
  const { batch, webhook } = await showBatch(show);
  Object.assign(summary, { batch }, webhook && { webhook });
  const allRows = batch.counts.completed === batch.counts.total;
  return batch.status === 'completed' && allRows && (!webhook || webhook.signature === 'valid');
}

/** The API refused it, or a program is missing; an API that is away would be so for the next one too. */
const isOfThisPart = (error: unknown): boolean =>
  error instanceof IntermodalApiError
    ? error.status < 500 && error.status !== 401
    : error instanceof CannotMakeError;

const heading = (number: string, text: string): string[] => {
  const title = `${number}${text}`;
  return [title, '─'.repeat(title.length)];
};
