import { Controller, Inject, Req, Res } from '@nestjs/common';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { readJson } from '../http/body.ts';
import { Operation } from '../http/operation.ts';
import type { ApiRequest } from '../http/request.ts';
import { LOG } from '../parts.ts';
import { McpTools } from './mcp-tools.ts';

/** Small files may stand in a call. */
const BODY_MAX_BYTES = 8_000_000;

/**
 * The Model Context Protocol over Streamable HTTP. Nothing is kept between two requests, so that any process answers any of them.
 */
@Controller()
export class McpController {
  readonly #tools: McpTools;
  readonly #log: Logger;

  constructor(@Inject(McpTools) tools: McpTools, @Inject(LOG) log: Logger) {
    this.#tools = tools;
    this.#log = log;
  }

  @Operation('mcp')
  async serve(@Req() request: ApiRequest, @Res() reply: FastifyReply): Promise<void> {
    const body = await readJson(request, BODY_MAX_BYTES);
    // Without an option that makes ids of sessions there are none.
    const transport = new StreamableHTTPServerTransport({});
    const server = this.#tools.serverFor(request, reply);
    transport.onerror = (error) => this.#log.debug({ err: error, requestId: request.id }, 'mcp');
    reply.raw.once('close', () => void server.close());
    await server.connect(transport);
    reply.hijack();
    reply.raw.setHeader('x-request-id', request.id);
    reply.raw.setHeader('x-accel-buffering', 'no');
    await transport.handleRequest(request.raw, reply.raw, body);
  }

  /** A client asks whether there is a stream of its own, besides those of its calls. There is none. */
  @Operation('mcpStream')
  async stream(@Res() reply: FastifyReply): Promise<void> {
    await reply.status(405).header('allow', 'POST').send();
  }
}
