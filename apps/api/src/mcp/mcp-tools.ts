import { buffer } from 'node:stream/consumers';
import { Inject, Injectable } from '@nestjs/common';
import { isArtifactRef, parseId, showId, toIntermodalError, type ArtifactRef } from '@intermodal/contracts';
import type { ArtifactRecords, ArtifactStore } from '@intermodal/pipeline';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CallToolRequestSchema,
  ErrorCode,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  McpError,
  ReadResourceRequestSchema,
  type CallToolResult,
  type ContentBlock,
  type ServerNotification,
  type Tool,
} from '@modelcontextprotocol/sdk/types.js';
import type { FastifyReply } from 'fastify';
import { problemOf } from '../http/problem.ts';
import { clientGone, type ApiRequest } from '../http/request.ts';
import { AttendedJobs, type AttendedJob } from '../jobs/attended-jobs.ts';
import { ARTIFACTS, STORE, VERSION } from '../parts.ts';
import { Pipelines } from '../pipelines/pipelines.ts';
import { viewOf } from '../pipelines/pipeline-view.ts';

/** A picture or sound up to this stands in the answer itself; any file is a link besides. */
const INLINE_MAX_BYTES = 256_000;
const RESOURCE_MAX_BYTES = 8_000_000;
const URI = 'intermodal://artifacts/';

/** Each pipeline as a tool, each file as a resource. */
@Injectable()
export class McpTools {
  readonly #pipelines: Pipelines;
  readonly #jobs: AttendedJobs;
  readonly #artifacts: ArtifactRecords;
  readonly #store: ArtifactStore;
  readonly #version: string;

  constructor(
    @Inject(Pipelines) pipelines: Pipelines,
    @Inject(AttendedJobs) jobs: AttendedJobs,
    @Inject(ARTIFACTS) artifacts: ArtifactRecords,
    @Inject(STORE) store: ArtifactStore,
    @Inject(VERSION) version: string,
  ) {
    this.#pipelines = pipelines;
    this.#jobs = jobs;
    this.#artifacts = artifacts;
    this.#store = store;
    this.#version = version;
  }

  /** A server for one request, which is all that it knows of. */
  serverFor(request: ApiRequest, reply: FastifyReply): Server {
    const server = new Server(
      { name: 'intermodal', version: this.#version },
      {
        capabilities: { tools: {}, resources: {} },
        instructions:
          'Each tool is a pipeline: give its inputs under `input`, its params under `params`. A file is {"artifact": "art_…"} of one that ' +
          `was uploaded or made before, or a small one as {"base64", "mediaType"}; ${URI}art_… is read as a resource.`,
      },
    );
    const signal = clientGone(reply);
    server.setRequestHandler(ListToolsRequestSchema, async () => ({
      tools: await this.#tools(request.tenantId),
    }));
    server.setRequestHandler(ListResourcesRequestSchema, () => ({ resources: [] }));
    server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({
      resourceTemplates: [
        {
          uriTemplate: `${URI}{id}`,
          name: 'artifact',
          description: 'A file that was uploaded, or made by a job',
        },
      ],
    }));
    server.setRequestHandler(ReadResourceRequestSchema, async ({ params: { uri } }) => {
      const artifact = await this.#artifact(request.tenantId, uri);
      const blob = await this.#base64(artifact, RESOURCE_MAX_BYTES, signal);
      return { contents: [{ uri, mimeType: artifact.mediaType, blob }] };
    });
    server.setRequestHandler(CallToolRequestSchema, async ({ params }, { sendNotification }) => {
      const { input = {}, params: given = {} } = (params.arguments ?? {}) as Record<
        string,
        Record<string, unknown>
      >;
      const token = params._meta?.progressToken;
      const tell = (progress: number, message: string): Promise<void> =>
        token === undefined
          ? Promise.resolve()
          : sendNotification({
              method: 'notifications/progress',
              params: { progressToken: token, progress, message },
            } satisfies ServerNotification);
      try {
        const call = { pipeline: params.name, input, params: given };
        const job = await this.#jobs.begin(request, reply, call);
        await follow(job, tell);
        return await this.#resultOf(job, signal);
      } catch (thrown) {
        const { detail, code, errors } = problemOf(toIntermodalError(thrown), request.id);
        const faults = errors === undefined ? '' : `\n${JSON.stringify(errors)}`;
        return { isError: true, content: [{ type: 'text', text: `${detail} (${code})${faults}` }] };
      }
    });
    return server;
  }

  /** Those that are shipped, and the tenant's own. */
  async #tools(tenantId: string): Promise<Tool[]> {
    return (await this.#pipelines.latest(tenantId)).map((document) => {
      const { name, summary, input, params } = viewOf({ document }, []);
      const isNeeded = ((input['required'] as string[] | undefined) ?? []).length > 0;
      return {
        name,
        description: summary,
        inputSchema: {
          type: 'object',
          properties: { input, params },
          ...(isNeeded && { required: ['input'] }),
        },
        annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: false },
      };
    });
  }

  async #resultOf(job: AttendedJob, signal: AbortSignal): Promise<CallToolResult> {
    const { output } = await job.end();
    const files = filesIn(output);
    const content: ContentBlock[] = [{ type: 'text', text: JSON.stringify(output) }];
    for (const file of files) {
      const [kind] = file.mediaType.split('/');
      if ((kind === 'image' || kind === 'audio') && file.bytes <= INLINE_MAX_BYTES)
        content.push({
          type: kind,
          data: await this.#base64(file, INLINE_MAX_BYTES, signal),
          mimeType: file.mediaType,
        });
      content.push({
        type: 'resource_link',
        uri: `${URI}${file.id}`,
        name: file.name ?? file.id,
        mimeType: file.mediaType,
        size: file.bytes,
      });
    }
    return { content, structuredContent: output, _meta: { 'intermodal/job': showId('job', job.id) } };
  }

  async #artifact(tenantId: string, uri: string): Promise<ArtifactRef> {
    const id = uri.startsWith(URI) ? parseId('artifact', uri.slice(URI.length)) : undefined;
    const artifact = id && (await this.#artifacts.get(tenantId, id));
    if (artifact) return artifact;
    throw new McpError(ErrorCode.InvalidParams, `There is no resource ${uri}.`, { uri });
  }

  async #base64(artifact: ArtifactRef, maxBytes: number, signal: AbortSignal): Promise<string> {
    if (artifact.bytes > maxBytes)
      throw new McpError(
        ErrorCode.InvalidParams,
        `${artifact.id} has ${artifact.bytes} bytes, too many to be sent here; GET /v1/artifacts/${artifact.id}/content has it.`,
      );
    const { body } = await this.#store.open(parseId('artifact', artifact.id)!, { signal });
    return (await buffer(body)).toString('base64');
  }
}

/** As far as is known how many steps there are, nobody can say: so steps are counted, and named. */
async function follow(
  job: AttendedJob,
  tell: (progress: number, message: string) => Promise<void>,
): Promise<void> {
  let steps = 0;
  for await (const event of job.events()) {
    if (event.type !== 'task.completed' && event.type !== 'task.failed' && event.type !== 'task.skipped')
      continue;
    steps += 1;
    await tell(steps, `${event.path} ${event.type.slice('task.'.length)}`);
  }
}

function filesIn(value: unknown): ArtifactRef[] {
  if (isArtifactRef(value)) return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(filesIn) : [];
}
