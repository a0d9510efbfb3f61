import { Controller, Header, Inject, Res } from '@nestjs/common';
import { openApiDocument } from '@intermodal/contracts';
import type { FastifyReply } from 'fastify';
import { VERSION } from '../parts.ts';
import { DOCUMENTATION_PAGE, DOCUMENTATION_POLICY } from './documentation-page.ts';
import { Operation } from './operation.ts';

@Controller()
export class DocumentationController {
  readonly #document: object;
  constructor(@Inject(VERSION) version: string) {
    this.#document = openApiDocument({ version });
  }

  @Operation('openapi')
  @Header('access-control-allow-origin', '*')
  document(): object {
    return this.#document;
  }

  @Operation('docs')
  async page(@Res() reply: FastifyReply): Promise<void> {
    await reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-security-policy', DOCUMENTATION_POLICY)
      .send(DOCUMENTATION_PAGE);
  }
}
