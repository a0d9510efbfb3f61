import { Inject, Injectable } from '@nestjs/common';
import {
  BATCH_FILE_MAX_BYTES,
  BATCH_MAX_BYTES,
  IntermodalError,
  MAX_BATCH_ROWS,
  parseId,
  SubmitBatch,
  type ArtifactRef,
  type PipelineDocument,
  type WebhookRequest,
} from '@intermodal/contracts';
import type { ArtifactRecords } from '@intermodal/pipeline';
import { Readable } from 'node:stream';
import { Uploads } from '../artifacts/uploads.ts';
import { contentType, readJson } from '../http/body.ts';
import { faultsOf, sentenceOf } from '../http/read-request.ts';
import type { ApiRequest } from '../http/request.ts';
import { ARTIFACTS } from '../parts.ts';
import { Pipelines } from '../pipelines/pipelines.ts';
import type { RawRow } from './json-lines.ts';

/** A batch as it was sent: what is common to its rows is checked, the rows are not. */
export interface RawBatch {
  readonly pipeline: string | PipelineDocument;
  readonly params: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly webhook?: WebhookRequest | undefined;
  readonly priority?: number | undefined;
  readonly deadlineMs?: number | undefined;
  /** Rows that came with it, or the file that they stand in. */
  readonly source: readonly RawRow[] | ArtifactRef;
}

interface LinesQuery {
  readonly pipeline?: string | undefined;
  readonly webhook?: string | undefined;
}

const LINES = ['application/jsonl', 'application/x-ndjson', 'application/x-jsonlines', 'application/ndjson'];

/** Reads a batch in each of its three forms: rows in JSON, JSON lines, and an uploaded file of them. */
@Injectable()
export class BatchReader {
  readonly #artifacts: ArtifactRecords;
  readonly #uploads: Uploads;
  readonly #pipelines: Pipelines;

  constructor(
    @Inject(ARTIFACTS) artifacts: ArtifactRecords,
    @Inject(Uploads) uploads: Uploads,
    @Inject(Pipelines) pipelines: Pipelines,
  ) {
    this.#artifacts = artifacts;
    this.#uploads = uploads;
    this.#pipelines = pipelines;
  }

  /** @throws IntermodalError `input.invalid`, `input.too_large`, `request.invalid`, `artifact.not_found`, `pipeline.unknown` */
  read(request: ApiRequest, query: LinesQuery, signal: AbortSignal): Promise<RawBatch> {
    return LINES.includes(contentType(request))
      ? this.#readAsLines(request, query, signal)
      : this.#readAsJson(request, query);
  }

  async #readAsJson(request: ApiRequest, query: LinesQuery): Promise<RawBatch> {
    if (Object.values(query).some((value) => value !== undefined))
      throw new IntermodalError(
        'request.invalid',
        `query: pipeline and webhook stand in the body, unless that is JSON lines (Content-Type: ${LINES[0]}).`,
      );
    const parsed = SubmitBatch.safeParse(await readJson(request, BATCH_MAX_BYTES));
    if (!parsed.success) {
      // Of a union, the fault within the form that was meant.
      const issues = parsed.error.issues.flatMap((issue) =>
        issue.code === 'invalid_union'
          ? (issue.errors.toSorted((a, b) => a.length - b.length)[0] ?? [])
          : issue,
      );
      throw new IntermodalError('input.invalid', sentenceOf(issues, 'body'), {
        details: faultsOf(issues, 'body'),
      });
    }
    if ('artifact' in parsed.data) {
      const { artifact, ...batch } = parsed.data;
      return { ...batch, source: await this.#find(request.tenantId, artifact) };
    }
    const { rows, ...batch } = parsed.data;
    if (rows.length === 0) throw withoutRows('rows');
    if (rows.length > MAX_BATCH_ROWS)
      throw new IntermodalError(
        'input.too_large',
        `rows: the batch has ${rows.length} rows; ${MAX_BATCH_ROWS} is the limit within JSON. Send them as JSON lines.`,
      );
    return { ...batch, source: rows.map((value, i) => ({ line: i + 1, value })) };
  }

  async #find(tenantId: string, id: string): Promise<ArtifactRef> {
    const uuid = parseId('artifact', id);
    const artifact = uuid && (await this.#artifacts.get(tenantId, uuid));
    if (!artifact) throw new IntermodalError('artifact.not_found', `artifact: there is no artifact ${id}.`);
    refuseLarge('artifact', artifact.bytes);
    return artifact;
  }

  /** The body goes to the store as it comes, like any upload, and is read from there. */
  async #readAsLines(request: ApiRequest, query: LinesQuery, signal: AbortSignal): Promise<RawBatch> {
    const { pipeline, webhook } = query;
    if (pipeline === undefined)
      throw new IntermodalError(
        'input.absent',
        'query.pipeline: with JSON lines, the pipeline is named there: /v1/batches?pipeline=NAME.',
      );
    // Before a long body is taken in.
    await this.#pipelines.planOf(request.tenantId, pipeline);
    refuseLarge('The body', Number(request.headers['content-length'] ?? 0));
    const source = await this.#uploads.take(request.tenantId, {
      body: request.body ?? Readable.from([]),
      mediaType: 'application/jsonl',
      name: 'rows.jsonl',
      called: 'The body',
      maxBytes: BATCH_FILE_MAX_BYTES,
      signal,
    });
    return {
      ...{ pipeline, params: {}, metadata: {}, source },
      ...(webhook !== undefined && { webhook: { url: webhook } }),
    };
  }
}

export const withoutRows = (place: string): IntermodalError =>
  new IntermodalError('input.absent', `${place}: the batch has no row; send at least one.`);

function refuseLarge(place: string, bytes: number): void {
  if (bytes <= BATCH_FILE_MAX_BYTES) return;
  throw new IntermodalError(
    'input.too_large',
    `${place}: ${bytes} bytes; ${BATCH_FILE_MAX_BYTES} is the limit of a batch. Send several batches.`,
  );
}
