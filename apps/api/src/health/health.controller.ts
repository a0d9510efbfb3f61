import { Controller, Inject, Res } from '@nestjs/common';
import type { Look, Readiness } from '@intermodal/process';
import type { FastifyReply } from 'fastify';
import { Operation } from '../http/operation.ts';
import { READINESS } from '../parts.ts';

@Controller()
export class HealthController {
  readonly #readiness: Readiness;

  constructor(@Inject(READINESS) readiness: Readiness) {
    this.#readiness = readiness;
  }

  @Operation('livez')
  live() {
    return { status: 'alive' };
  }

  @Operation('readyz')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Look['body']> {
    const { status, body } = await this.#readiness.look();
    void reply.status(status);
    return body;
  }
}
