import { Controller, Inject, Req, Res } from '@nestjs/common';
import { IntermodalError, parseId } from '@intermodal/contracts';
import type { BatchRecords, JobRecords } from '@intermodal/pipeline';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { Operation } from '../http/operation.ts';
import { readRequest } from '../http/read-request.ts';
import { clientGone, type ApiRequest } from '../http/request.ts';
import { BATCHES, JOBS, LIMITS, LOG, type ApiLimits } from '../parts.ts';
import { BatchStream, readBatchCursor } from './batch-stream.ts';
import { readCursor } from './job-cursor.ts';
import { JobStream, type StreamedEvent } from './job-stream.ts';
import { OpenStreams } from './open-streams.ts';
import { sendEvents, type Line } from './send-events.ts';

@Controller()
export class EventsController {
  readonly #jobs: JobRecords;
  readonly #batches: BatchRecords;
  readonly #jobStream: JobStream;
  readonly #batchStream: BatchStream;
  readonly #open: OpenStreams;
  readonly #limits: ApiLimits;
  readonly #log: Logger;

  constructor(
    @Inject(JOBS) jobs: JobRecords,
    @Inject(BATCHES) batches: BatchRecords,
    @Inject(JobStream) jobStream: JobStream,
    @Inject(BatchStream) batchStream: BatchStream,
    @Inject(OpenStreams) open: OpenStreams,
    @Inject(LIMITS) limits: ApiLimits,
    @Inject(LOG) log: Logger,
  ) {
    this.#jobs = jobs;
    this.#batches = batches;
    this.#jobStream = jobStream;
    this.#batchStream = batchStream;
    this.#open = open;
    this.#limits = limits;
    this.#log = log;
  }

  @Operation('jobEvents')
  async ofJob(@Req() request: ApiRequest, @Res() reply: FastifyReply): Promise<void> {
    const { path, query, headers } = readRequest('jobEvents', request);
    const cursor = readCursor(given(headers['last-event-id'], query.lastEventId));
    const id = parseId('job', path.id);
    const job = id && (await this.#jobs.get(request.tenantId, id));
    if (!job) throw new IntermodalError('job.not_found', `There is no job ${path.id}.`);
    if (cursor.job === 'ended') await reply.status(204).send();
    else
      await this.#send(request, reply, (signal) =>
        this.#jobStream.follow(request.tenantId, job.id, cursor, signal),
      );
  }

  @Operation('batchEvents')
  async ofBatch(@Req() request: ApiRequest, @Res() reply: FastifyReply): Promise<void> {
    const { path, query, headers } = readRequest('batchEvents', request);
    const { cursor, isEnd } = readBatchCursor(given(headers['last-event-id'], query.lastEventId));
    const id = parseId('batch', path.id);
    const batch = id && (await this.#batches.get(request.tenantId, id));
    if (!batch) throw new IntermodalError('batch.not_found', `There is no batch ${path.id}.`);
    if (isEnd) await reply.status(204).send();
    else
      await this.#send(request, reply, (signal) =>
        this.#batchStream.follow(request.tenantId, batch.id, cursor, signal),
      );
  }

  async #send(
    request: ApiRequest,
    reply: FastifyReply,
    follow: (signal: AbortSignal) => AsyncIterable<StreamedEvent<{ readonly type: string }>>,
  ): Promise<void> {
    using _stream = this.#open.open(request.tenantId);
    const { streamStallMs: stallMs } = this.#limits;
    await sendEvents(reply, linesOf(follow(clientGone(reply))), { stallMs, log: this.#log });
  }
}

/** A browser that connects again sends the header, and still the query that it began with. Empty is none. */
const given = (header: string | undefined, query: string | undefined): string | undefined =>
  header || query || undefined;

async function* linesOf(
  events: AsyncIterable<StreamedEvent<{ readonly type: string }>>,
): AsyncGenerator<Line> {
  for await (const { id, event } of events) yield { id, type: event.type, data: JSON.stringify(event) };
}
