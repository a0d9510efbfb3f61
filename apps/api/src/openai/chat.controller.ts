import { Controller, Inject, Req, Res } from '@nestjs/common';
import { ChatRequest, IntermodalError, toIntermodalError } from '@intermodal/contracts';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { Uploads } from '../artifacts/uploads.ts';
import { sendEvents, type Line } from '../events/send-events.ts';
import { Operation } from '../http/operation.ts';
import { clientGone, type ApiRequest } from '../http/request.ts';
import type { AttendedJob } from '../jobs/attended-jobs.ts';
import { LIMITS, LOG, type ApiLimits } from '../parts.ts';
import { chatCallOf, imageInput, streamOf } from './chat-call.ts';
import { completionId, completionOf, usageOf } from './answers.ts';
import { OpenAiJobs } from './openai-jobs.ts';
import { openAiErrorOf } from './openai-error.ts';
import { readOpenAi } from './read-openai.ts';
import { TextRelay } from './text-relay.ts';
import { withFirst } from './with-first.ts';

const MODEL = 'chat';

@Controller()
export class ChatController {
  readonly #jobs: OpenAiJobs;
  readonly #uploads: Uploads;
  readonly #limits: ApiLimits;
  readonly #log: Logger;

  constructor(
    @Inject(OpenAiJobs) jobs: OpenAiJobs,
    @Inject(Uploads) uploads: Uploads,
    @Inject(LIMITS) limits: ApiLimits,
    @Inject(LOG) log: Logger,
  ) {
    this.#jobs = jobs;
    this.#uploads = uploads;
    this.#limits = limits;
    this.#log = log;
  }

  @Operation('openAiChat')
  async complete(@Req() request: ApiRequest, @Res() reply: FastifyReply): Promise<void> {
    const asked = await readOpenAi(ChatRequest, request);
    const { messages, image, params } = chatCallOf(asked);
    const artifact =
      image &&
      (await this.#uploads.take(request.tenantId, {
        ...{ body: streamOf(image), mediaType: image.mediaType, name: undefined, called: 'image_url' },
        signal: clientGone(reply),
      }));
    const call = {
      pipeline: MODEL,
      model: asked.model,
      input: { messages, ...imageInput(artifact) },
      params,
    } as const;
    const job = await this.#jobs.begin(request, reply, call);
    if (!asked.stream) {
      await reply.status(200).send(completionOf(await job.end()));
      return;
    }
    const isUsageWanted = asked.stream_options?.include_usage === true;
    // What fails before anything was said is answered as a failure.
    const lines = await withFirst(this.#chunks(job, isUsageWanted, request.id));
    await sendEvents(reply, lines, {
      ...{ stallMs: this.#limits.streamStallMs, log: this.#log, isRetried: false },
    });
  }

  async *#chunks(job: AttendedJob, isUsageWanted: boolean, requestId: string): AsyncGenerator<Line> {
    const relay = new TextRelay();
    const base = {
      id: completionId(job),
      object: 'chat.completion.chunk',
      created: Math.floor(Date.now() / 1_000),
      model: MODEL,
    };
    const chunk = (delta: object, finish: string | null = null): Line =>
      lineOf({
        ...base,
        choices: [{ index: 0, delta, finish_reason: finish, logprobs: null }],
        ...(isUsageWanted && { usage: null }),
      });
    let isBegun = false;
    try {
      for await (const event of job.events()) {
        if (event.type !== 'task.partial' || typeof event.value['text'] !== 'string') continue;
        const text = relay.take(event.attempt, event.index, event.value['text']);
        if (text === '') continue;
        if (!isBegun) yield chunk({ role: 'assistant', content: '' });
        isBegun = true;
        yield chunk({ content: text });
      }
      const ended = await job.end();
      const rest = relay.end(String(ended.output['text']));
      if (rest === undefined)
        throw new IntermodalError(
          'stage.crashed',
          'A second try of the job said something else; send it again.',
        );
      if (!isBegun) yield chunk({ role: 'assistant', content: '' });
      isBegun = true;
      if (rest !== '') yield chunk({ content: rest });
      yield chunk({}, String(ended.output['finishReason']));
      const usage = usageOf(ended);
      if (isUsageWanted && usage) yield lineOf({ ...base, choices: [], usage });
      yield { data: '[DONE]' };
    } catch (thrown) {
      if (!isBegun) throw thrown;
      const { error } = openAiErrorOf(toIntermodalError(thrown), requestId);
      yield lineOf({ error });
    }
  }
}

const lineOf = (value: object): Line => ({ data: JSON.stringify(value) });
