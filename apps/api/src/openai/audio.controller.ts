import { Controller, Inject, Req, Res } from '@nestjs/common';
import {
  IntermodalError,
  isArtifactRef,
  parseId,
  SpeechRequest,
  toIntermodalError,
  TranscriptionForm,
  type ArtifactRef,
} from '@intermodal/contracts';
import type { ArtifactStore } from '@intermodal/pipeline';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { sendEvents, type Line } from '../events/send-events.ts';
import { Operation } from '../http/operation.ts';
import { clientGone, type ApiRequest } from '../http/request.ts';
import { FormReader } from '../jobs/form-reader.ts';
import type { AttendedJob, EndedJob } from '../jobs/attended-jobs.ts';
import { LIMITS, LOG, STORE, type ApiLimits } from '../parts.ts';
import { LineRelay } from './line-relay.ts';
import { openAiErrorOf } from './openai-error.ts';
import { fileInput, OpenAiJobs } from './openai-jobs.ts';
import { checked, readOpenAi } from './read-openai.ts';
import { TextRelay } from './text-relay.ts';
import { formatted, textOf, type Transcript, type TranscriptLine } from './transcript.ts';
import { withFirst } from './with-first.ts';

interface Heard {
  readonly form: TranscriptionForm;
  readonly granularities: readonly string[];
  readonly file: ArtifactRef;
}

@Controller()
export class AudioController {
  readonly #jobs: OpenAiJobs;
  readonly #forms: FormReader;
  readonly #store: ArtifactStore;
  readonly #limits: ApiLimits;
  readonly #log: Logger;

  constructor(
    @Inject(OpenAiJobs) jobs: OpenAiJobs,
    @Inject(FormReader) forms: FormReader,
    @Inject(STORE) store: ArtifactStore,
    @Inject(LIMITS) limits: ApiLimits,
    @Inject(LOG) log: Logger,
  ) {
    this.#jobs = jobs;
    this.#forms = forms;
    this.#store = store;
    this.#limits = limits;
    this.#log = log;
  }

  @Operation('openAiTranscriptions')
  async transcribe(@Req() request: ApiRequest, @Res() reply: FastifyReply): Promise<void> {
    const { form, granularities, file } = await this.#read(request, reply);
    const { model, language = 'en' } = form;
    const call = {
      pipeline: 'transcription',
      model,
      input: { audio: fileInput(file) },
      params: { language },
    } as const;
    const job = await this.#jobs.begin(request, reply, call);
    if (form.stream === 'true') {
      const lines = await withFirst(this.#deltas(job, request.id));
      await sendEvents(reply, lines, {
        ...{ stallMs: this.#limits.streamStallMs, log: this.#log, isRetried: false },
      });
      return;
    }
    const transcript: Transcript = { task: 'transcribe', language, ...heardIn(await job.end()) };
    await send(reply, formatted(transcript, form.response_format, granularities));
  }

  @Operation('openAiTranslations')
  async translate(@Req() request: ApiRequest, @Res() reply: FastifyReply): Promise<void> {
    const { form, granularities, file } = await this.#read(request, reply);
    const { model, language = 'en' } = form;
    const params = { from: language, to: 'en' };
    const call = { pipeline: 'translation', model, input: { audio: fileInput(file) }, params } as const;
    const { lines, durationMs } = saidIn(await this.#jobs.run(request, reply, call));
    const transcript: Transcript = { task: 'translate', language: 'en', lines, durationMs };
    await send(reply, formatted(transcript, form.response_format, granularities));
  }

  @Operation('openAiSpeech')
  async speak(@Req() request: ApiRequest, @Res() reply: FastifyReply): Promise<void> {
    const { model, input, voice, response_format, speed } = await readOpenAi(SpeechRequest, request);
    const params = {
      language: /^[a-z]{2,3}$/.test(voice) ? voice : 'en',
      format: response_format ?? 'mp3',
      speed: speed ?? 1,
    };
    const call = { pipeline: 'speech', model, input: { text: input }, params } as const;
    const { output } = await this.#jobs.run(request, reply, call);
    const audio: unknown = output['audio'];
    if (!isArtifactRef(audio))
      throw new IntermodalError('input.invalid', 'input: there is nothing in it that could be said.', {
        details: [{ path: 'body.input', message: 'nothing to say' }],
      });
    const { body } = await this.#store.open(parseId('artifact', audio.id)!, { signal: clientGone(reply) });
    await reply
      .status(200)
      .header('content-type', audio.mediaType)
      .header('content-length', audio.bytes)
      .send(body);
  }

  async #read(request: ApiRequest, reply: FastifyReply): Promise<Heard> {
    const fields = await this.#forms.read(request, clientGone(reply));
    const texts: Record<string, string> = {};
    for (const { name, text } of fields) if (text !== undefined) texts[name] = text;
    const form = checked(TranscriptionForm, texts, 'form');
    const file = fields.find(({ name }) => name === 'file')?.artifact;
    if (!file)
      throw new IntermodalError('input.absent', 'file: send the recording as the file of this field.', {
        details: [{ path: 'form.file', message: 'missing' }],
      });
    const granularities = fields.flatMap(({ name, text }) =>
      name.startsWith('timestamp_granularities') && text !== undefined ? [text] : [],
    );
    return { form, granularities, file };
  }

  async *#deltas(job: AttendedJob, requestId: string): AsyncGenerator<Line> {
    const [lines, relay] = [new LineRelay(), new TextRelay()];
    let [index, isBegun] = [0, false];
    const delta = (text: string): Line => lineOf({ type: 'transcript.text.delta', delta: text });
    try {
      for await (const event of job.events())
        for (const text of lines.take(event)) {
          if (text.trim() === '') continue;
          const piece = relay.take(1, index, index === 0 ? text.trim() : ` ${text.trim()}`);
          index += 1;
          isBegun = true;
          yield delta(piece);
        }
      const text = textOf(heardIn(await job.end()));
      const rest = relay.end(text);
      if (rest === undefined)
        throw new IntermodalError(
          'stage.crashed',
          'A second try of the job heard something else; send it again.',
        );
      isBegun = true;
      if (rest !== '') yield delta(rest);
      yield lineOf({ type: 'transcript.text.done', text });
      yield { data: '[DONE]' };
    } catch (thrown) {
      if (!isBegun) throw thrown;
      yield lineOf({ error: openAiErrorOf(toIntermodalError(thrown), requestId).error });
    }
  }
}

const lineOf = (value: object): Line => ({ data: JSON.stringify(value) });

const send = (reply: FastifyReply, { mediaType, body }: { mediaType: string; body: string }): FastifyReply =>
  reply.status(200).header('content-type', mediaType).send(Buffer.from(body));

function heardIn({ output }: EndedJob): { lines: readonly TranscriptLine[]; durationMs: number } {
  return { lines: linesIn<TranscriptLine>(output), durationMs: Number(output['durationMs']) };
}

/** A line that is in English already has no translation. */
function saidIn({ output }: EndedJob): { lines: readonly TranscriptLine[]; durationMs: number } {
  type Said = Omit<TranscriptLine, 'text'> & { readonly heard: string; readonly said: string | null };
  const lines = linesIn<Said>(output).map(({ heard, said, ...times }) => ({ ...times, text: said ?? heard }));
  return { lines, durationMs: Number(output['durationMs']) };
}

function linesIn<L>(output: Readonly<Record<string, unknown>>): readonly L[] {
  if (output['lines'] !== null) return output['lines'] as readonly L[];
  throw new IntermodalError('media.unsupported', 'file: there is no sound in it.', {
    details: [{ path: 'form.file', message: 'no sound' }],
  });
}
