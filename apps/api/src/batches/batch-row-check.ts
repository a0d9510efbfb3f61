import { setImmediate as breathe } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { BatchRow, newUuid, parseId, toIntermodalError, type Fault } from '@intermodal/contracts';
import type { ArtifactRecords, NewBatchRow, Plan } from '@intermodal/pipeline';
import { faultsOf, sentenceOf } from '../http/read-request.ts';
import { Submissions } from '../jobs/submissions.ts';
import { ARTIFACTS } from '../parts.ts';
import type { RawRow } from './json-lines.ts';

/** How long rows are checked before others are let through: one batch must not hold up every other request. */
const TURN_MS = 10;

/** Makes each row a job to submit, or an error with its line. */
@Injectable()
export class BatchRowCheck {
  readonly #submissions: Submissions;
  readonly #artifacts: ArtifactRecords;

  constructor(@Inject(Submissions) submissions: Submissions, @Inject(ARTIFACTS) artifacts: ArtifactRecords) {
    this.#submissions = submissions;
    this.#artifacts = artifacts;
  }

  /**
   * @param common params of every row
   * @param claimed custom_ids of rows before these, and their lines; those of these rows are added
   */
  async check(
    tenantId: string,
    plan: Plan,
    common: Readonly<Record<string, unknown>>,
    raw: readonly RawRow[],
    claimed: Map<string, number>,
    signal: AbortSignal,
  ): Promise<NewBatchRow[]> {
    const parsed = raw.map(parse).map((one) => withoutDouble(one, claimed));
    const known = await this.#artifacts.getMany(tenantId, [...new Set(parsed.flatMap(artifactsOf))]);
    const rows: NewBatchRow[] = [];
    let turnBegan = performance.now();
    for (const one of parsed) {
      if (performance.now() - turnBegan > TURN_MS) {
        await breathe();
        turnBegan = performance.now();
      }
      rows.push('error' in one ? one : await this.#checkOne(tenantId, plan, common, one, { signal, known }));
    }
    return rows;
  }

  async #checkOne(
    tenantId: string,
    plan: Plan,
    common: Readonly<Record<string, unknown>>,
    { line, row }: GoodRow,
    options: Parameters<Submissions['check']>[3],
  ): Promise<NewBatchRow> {
    const customId = row.custom_id;
    try {
      const submission = { input: row.input, params: { ...common, ...row.params } };
      const checked = await this.#submissions.check(tenantId, plan, submission, options);
      return { line, customId, jobId: newUuid(), ...checked, metadata: row.metadata };
    } catch (thrown) {
      const error = toIntermodalError(thrown);
      // The store is away, or we have a bug: that is no fault of the row.
      if (error.kind !== 'user' || options.signal.aborted) throw thrown;
      return { line, customId, error: faultOf(error) };
    }
  }
}

interface GoodRow {
  readonly line: number;
  readonly row: BatchRow;
}
type ParsedRow = GoodRow | { readonly line: number; readonly customId?: string; readonly error: Fault };

function parse(raw: RawRow): ParsedRow {
  if ('error' in raw) return raw;
  const parsed = BatchRow.safeParse(raw.value);
  if (parsed.success) return { line: raw.line, row: parsed.data };
  const given = (raw.value as { custom_id?: unknown } | null)?.custom_id;
  const { issues } = parsed.error;
  return {
    line: raw.line,
    ...(typeof given === 'string' && given.length <= 128 && { customId: given }),
    error: { code: 'input.invalid', message: sentenceOf(issues, 'row'), details: faultsOf(issues, 'row') },
  };
}

/** The first of two rows with one custom_id runs, if it can: which answer is whose would not be known otherwise. */
function withoutDouble(one: ParsedRow, claimed: Map<string, number>): ParsedRow {
  const customId = 'error' in one ? one.customId : one.row.custom_id;
  if (customId === undefined) return one;
  const first = claimed.get(customId);
  if (first === undefined) claimed.set(customId, one.line);
  if (first === undefined || 'error' in one) return one;
  const message = `row.custom_id: '${customId}' is used on line ${first} already.`;
  return { line: one.line, customId, error: { code: 'input.invalid', message } };
}

/** Uuids of the artifacts that a row names at the top of its inputs, which is where files stand. */
function artifactsOf(one: ParsedRow): string[] {
  if ('error' in one) return [];
  return Object.values(one.row.input).flatMap((value) => {
    const named = (value as { artifact?: unknown } | null)?.artifact;
    const uuid = typeof named === 'string' ? parseId('artifact', named) : undefined;
    return uuid === undefined ? [] : [uuid];
  });
}

const faultOf = ({ code, message, details }: ReturnType<typeof toIntermodalError>): Fault => ({
  code,
  message,
  ...(details !== undefined && { details }),
});
