import { Controller, Inject, Req } from '@nestjs/common';
import { IntermodalError, MAX_USAGE_DAYS, type UsageView } from '@intermodal/contracts';
import type { UsageDay, UsageRecords } from '@intermodal/pipeline';
import { Operation } from '../http/operation.ts';
import { readRequest } from '../http/read-request.ts';
import type { ApiRequest } from '../http/request.ts';
import { USAGE } from '../parts.ts';
import { TenantChoice } from '../tenants/tenant-choice.ts';

const DAY_MS = 86_400_000;

@Controller()
export class UsageController {
  readonly #usage: UsageRecords;
  readonly #choice: TenantChoice;

  constructor(@Inject(USAGE) usage: UsageRecords, @Inject(TenantChoice) choice: TenantChoice) {
    this.#usage = usage;
    this.#choice = choice;
  }

  @Operation('getUsage')
  async get(@Req() request: ApiRequest): Promise<UsageView> {
    const { query } = readRequest('getUsage', request);
    const tenantId = await this.#choice.of(request, query.tenant);
    const today = new Date().toISOString().slice(0, 10);
    const { from = `${today.slice(0, 8)}01`, to = today } = query;
    assertRange(from, to);
    const [standing, days, shares] = await Promise.all([
      this.#usage.standing(tenantId),
      this.#usage.days(tenantId, from, to),
      this.#usage.shares(tenantId, from, to),
    ]);
    return {
      from,
      to,
      storedBytes: standing?.storedBytes ?? 0,
      total: totalOf(days),
      days: days.map((one) => ({ day: one.day, ...totalOf([one]) })),
      shares: shares.map((share) => ({ ...share, computeSeconds: rounded(share.computeSeconds) })),
    };
  }
}

function assertRange(from: string, to: string): void {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (days < 1) throw new IntermodalError('request.invalid', `query.from: ${from} is after ${to}.`);
  if (days > MAX_USAGE_DAYS)
    throw new IntermodalError(
      'request.invalid',
      `query.from: ${days} days are too many; ask for ${MAX_USAGE_DAYS} at most.`,
    );
}

function totalOf(days: readonly UsageDay[]): UsageView['total'] {
  const sum = (of: (day: UsageDay) => number): number => days.reduce((total, day) => total + of(day), 0);
  return {
    jobs: {
      completed: sum((day) => day.completed),
      failed: sum((day) => day.failed),
      cancelled: sum((day) => day.cancelled),
    },
    tasks: sum((day) => day.tasks),
    computeSeconds: rounded(sum((day) => day.computeSeconds)),
    promptTokens: sum((day) => day.promptTokens),
    completionTokens: sum((day) => day.completionTokens),
    uploadedBytes: sum((day) => day.uploadedBytes),
    madeBytes: sum((day) => day.madeBytes),
  };
}

/** To the millisecond. */
const rounded = (seconds: number): number => Math.round(seconds * 1_000) / 1_000;
