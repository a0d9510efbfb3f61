import { Inject, Injectable } from '@nestjs/common';
import { IntermodalError } from '@intermodal/contracts';
import type { Standing, UsageRecords } from '@intermodal/pipeline';
import { LIMITS, USAGE, type ApiLimits } from '../parts.ts';

/** How long a tenant's standing is believed. Limits protect the machines, they are no ledger. */
const BELIEVED_MS = 2_000;
const BELIEVED_MAX = 10_000;

/** Refuses what would be beyond a tenant's share of storage and computing. */
@Injectable()
export class Quotas {
  readonly #usage: UsageRecords;
  readonly #limits: ApiLimits;
  readonly #believed = new Map<
    string,
    { readonly until: number; readonly standing: Promise<Standing | undefined> }
  >();

  constructor(@Inject(USAGE) usage: UsageRecords, @Inject(LIMITS) limits: ApiLimits) {
    this.#usage = usage;
    this.#limits = limits;
  }

  /** @throws IntermodalError `quota.compute_seconds` when the seconds of this month are used up */
  async assertMayCompute(tenantId: string): Promise<void> {
    const standing = await this.#standingOf(tenantId);
    const max = standing?.computeSecondsMax ?? this.#limits.computeSecondsMax;
    if (!standing || max === undefined || standing.computeSeconds < max) return;
    throw new IntermodalError(
      'quota.compute_seconds',
      `Your tenant has used ${Math.floor(standing.computeSeconds)} of ${max} compute seconds in this month: ask your operator, or wait for the next one.`,
      { retryAfterSeconds: secondsToNextMonth(new Date()) },
    );
  }

  /** @throws IntermodalError `quota.stored_bytes` when so many more do not fit */
  async assertMayStore(tenantId: string, bytes: number): Promise<void> {
    const standing = await this.#standingOf(tenantId);
    const max = standing?.storedBytesMax ?? this.#limits.storedBytesMax;
    if (!standing || max === undefined || standing.storedBytes + bytes <= max) return;
    throw new IntermodalError(
      'quota.stored_bytes',
      `Your tenant stores ${standing.storedBytes} of ${max} bytes, and ${bytes} more do not fit: files go with the jobs that named them.`,
      { retryAfterSeconds: 3_600 },
    );
  }

  /** Something was stored or changed here. */
  forget(): void {
    this.#believed.clear();
  }

  #standingOf(tenantId: string): Promise<Standing | undefined> {
    const believed = this.#believed.get(tenantId);
    if (believed && believed.until > performance.now()) return believed.standing;
    if (this.#believed.size >= BELIEVED_MAX) this.#believed.clear();
    const entry = { until: performance.now() + BELIEVED_MS, standing: this.#usage.standing(tenantId) };
    this.#believed.set(tenantId, entry);
    // An outage is not remembered.
    entry.standing.catch(() => this.#believed.delete(tenantId));
    return entry.standing;
  }
}

function secondsToNextMonth(now: Date): number {
  const next = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
  return Math.ceil((next - now.getTime()) / 1_000);
}
