import { Inject, Injectable } from '@nestjs/common';
import { IntermodalError } from '@intermodal/contracts';
import type { KnownKey, RequestLimit, RequestLimiter } from '@intermodal/pipeline';
import type { FastifyReply } from 'fastify';
import { LIMITER, LIMITS, type ApiLimits } from '../parts.ts';

const BURST_MIN = 10;

/** Counts the requests of each tenant, and says in headers how many are left (draft-ietf-httpapi-ratelimit-headers-10). */
@Injectable()
export class RequestRate {
  readonly #limiter: RequestLimiter;
  readonly #limits: ApiLimits;

  constructor(@Inject(LIMITER) limiter: RequestLimiter, @Inject(LIMITS) limits: ApiLimits) {
    this.#limiter = limiter;
    this.#limits = limits;
  }

  /** @throws IntermodalError `rate.limited` */
  async take(key: KnownKey, reply: FastifyReply): Promise<void> {
    const limit = this.#limitOf(key);
    if (!limit) return;
    const { allowed, remaining, retryAfterMs, resetMs } = await this.#limiter.take(key.tenantId, limit);
    const window = Math.ceil(limit.burst / limit.perSecond);
    void reply.header('ratelimit-policy', `"requests";q=${limit.burst};w=${window}`);
    void reply.header('ratelimit', `"requests";r=${remaining};t=${Math.ceil(resetMs / 1_000)}`);
    if (allowed) return;
    const seconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
    throw new IntermodalError(
      'rate.limited',
      `Your tenant may make ${limit.perSecond} requests a second, and ${limit.burst} at once: ask again in ${seconds} s.`,
      { retryAfterSeconds: seconds },
    );
  }

  #limitOf(key: KnownKey): RequestLimit | undefined {
    const perSecond = key.requestsPerSecond ?? this.#limits.requestsPerSecond;
    if (perSecond === undefined) return undefined;
    const burst = key.requestBurst ?? this.#limits.requestBurst ?? Math.max(BURST_MIN, Math.ceil(perSecond));
    return { perSecond, burst };
  }
}
