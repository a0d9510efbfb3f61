import { Inject, Injectable } from '@nestjs/common';
import {
  BATCH_MAX_BYTES,
  IntermodalError,
  MAX_BATCH_ROWS,
  parseId,
  SubmitBatch,
  type ArtifactRef,
  type PipelineDocument,
  type WebhookRequest,
} from '@intermodal/contracts';
import type { ArtifactRecords, ArtifactStore } from '@intermodal/pipeline';
import { contentType, readJson, readText } from '../http/body.ts';
import { faultsOf, sentenceOf } from '../http/read-request.ts';
import type { ApiRequest } from '../http/request.ts';
import { ARTIFACTS, STORE } from '../parts.ts';
import { readLines, type RawRow } from './json-lines.ts';

/** A batch as it was sent: what is common to its rows is checked, the rows are not. */
export interface RawBatch {
  readonly pipeline: string | PipelineDocument;
  readonly params: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly webhook?: WebhookRequest | undefined;
  readonly priority?: number | undefined;
  readonly deadlineMs?: number | undefined;
  readonly rows: readonly RawRow[];
}

const LINES = ['application/jsonl', 'application/x-ndjson', 'application/x-jsonlines', 'application/ndjson'];

/** Reads a batch in each of its three forms: rows in JSON, JSON lines, and an uploaded file of them. */
@Injectable()
export class BatchReader {
  readonly #artifacts: ArtifactRecords;
  readonly #store: ArtifactStore;

  constructor(@Inject(ARTIFACTS) artifacts: ArtifactRecords, @Inject(STORE) store: ArtifactStore) {
    this.#artifacts = artifacts;
    this.#store = store;
  }

  /** @throws IntermodalError `input.invalid`, `input.too_large`, `request.invalid`, `artifact.not_found` */
  async read(
    request: ApiRequest,
    query: { pipeline?: string | undefined; webhook?: string | undefined },
    signal: AbortSignal,
  ): Promise<RawBatch> {
    const batch = LINES.includes(contentType(request))
      ? await readAsLines(request, query)
      : await this.#readAsJson(request, query, signal);
    if (batch.rows.length === 0)
      throw new IntermodalError('input.absent', 'rows: the batch has no row; send at least one.');
    if (batch.rows.length > MAX_BATCH_ROWS)
      throw new IntermodalError(
        'input.too_large',
        `rows: the batch has ${batch.rows.length} rows; ${MAX_BATCH_ROWS} is the limit. Send several batches.`,
      );
    return batch;
  }

  async #readAsJson(request: ApiRequest, query: object, signal: AbortSignal): Promise<RawBatch> {
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
    const { data } = parsed;
    const rows =
      'rows' in data
        ? data.rows.map((value, i) => ({ line: i + 1, value }))
        : readLines(await this.#textOf(request.tenantId, data.artifact, signal));
    return { ...data, rows };
  }

  async #textOf(tenantId: string, id: string, signal: AbortSignal): Promise<string> {
    const uuid = parseId('artifact', id);
    const artifact = uuid && (await this.#artifacts.get(tenantId, uuid));
    if (!uuid || !artifact)
      throw new IntermodalError('artifact.not_found', `artifact: there is no artifact ${id}.`);
    refuseLarge(artifact);
    const { body } = await this.#store.open(uuid, { signal });
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk as Buffer);
    return new TextDecoder().decode(Buffer.concat(chunks));
  }
}

async function readAsLines(
  request: ApiRequest,
  query: { pipeline?: string | undefined; webhook?: string | undefined },
): Promise<RawBatch> {
  const { pipeline, webhook } = query;
  if (pipeline === undefined)
    throw new IntermodalError(
      'input.absent',
      'query.pipeline: with JSON lines, the pipeline is named there: /v1/batches?pipeline=NAME.',
    );
  const rows = readLines(await readText(request, BATCH_MAX_BYTES));
  return {
    pipeline,
    params: {},
    metadata: {},
    rows,
    ...(webhook !== undefined && { webhook: { url: webhook } }),
  };
}

function refuseLarge({ bytes }: ArtifactRef): void {
  if (bytes <= BATCH_MAX_BYTES) return;
  throw new IntermodalError(
    'input.too_large',
    `artifact: the file has ${bytes} bytes; ${BATCH_MAX_BYTES} is the limit of a batch.`,
  );
}
