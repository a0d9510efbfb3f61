import type { AnswerOf, QueryOf } from '@intermodal/contracts';
import { Artifacts } from './artifacts.ts';
import { Batches } from './batches.ts';
import { Jobs } from './jobs.ts';
import { Keys } from './keys.ts';
import { Tenants } from './tenants.ts';
import { Transport, type TransportOptions } from './transport.ts';
import { Webhooks } from './webhooks.ts';

type Options = { readonly signal?: AbortSignal };

/**
 * Talks to an Intermodal API. Works wherever `fetch` is; only paths of files need Node.
 * Calls that may be repeated are, when the connection fails or the server is away.
 */
export class IntermodalClient {
  readonly artifacts: Artifacts;
  readonly jobs: Jobs;
  readonly batches: Batches;
  readonly webhooks: Webhooks;
  readonly keys: Keys;
  readonly tenants: Tenants;
  readonly #transport: Transport;

  constructor(options: TransportOptions) {
    this.#transport = new Transport(options);
    this.artifacts = new Artifacts(this.#transport);
    this.batches = new Batches(this.#transport);
    this.webhooks = new Webhooks(this.#transport);
    this.keys = new Keys(this.#transport);
    this.tenants = new Tenants(this.#transport);
    this.jobs = new Jobs(this.#transport, this.artifacts);
  }

  readonly pipelines = {
    list: (options: Options = {}) =>
      this.#transport.json<AnswerOf<'listPipelines'>>({
        method: 'GET',
        path: '/v1/pipelines',
        repeatable: true,
        ...options,
      }),
    /** @param name the name, for the latest version, or name@version */
    get: (name: string, options: Options = {}) =>
      this.#transport.json<AnswerOf<'getPipeline'>>({
        method: 'GET',
        path: `/v1/pipelines/${encodeURIComponent(name)}`,
        repeatable: true,
        ...options,
      }),
    /** Fine when the same was published before. @param document as of `validate` */
    publish: (document: unknown, options: Options = {}) =>
      this.#transport.json<AnswerOf<'publishPipeline'>>({
        method: 'POST',
        path: '/v1/pipelines',
        headers: { 'content-type': typeof document === 'string' ? 'application/yaml' : 'application/json' },
        body: typeof document === 'string' ? document : JSON.stringify(document),
        repeatable: true,
        ...options,
      }),
    /** @param document a value, or the text of a YAML or JSON document */
    validate: (document: unknown, options: Options = {}) =>
      this.#transport.json<AnswerOf<'validatePipeline'>>({
        method: 'POST',
        path: '/v1/pipelines/validate',
        headers: { 'content-type': typeof document === 'string' ? 'application/yaml' : 'application/json' },
        body: typeof document === 'string' ? document : JSON.stringify(document),
        repeatable: true,
        ...options,
      }),
  };

  readonly stages = {
    list: (options: Options = {}) =>
      this.#transport.json<AnswerOf<'listStages'>>({
        method: 'GET',
        path: '/v1/stages',
        repeatable: true,
        ...options,
      }),
  };

  readonly pools = {
    /** Who works, what they opened, and what waits for them. */
    list: (options: Options = {}) =>
      this.#transport.json<AnswerOf<'listPools'>>({
        method: 'GET',
        path: '/v1/pools',
        repeatable: true,
        ...options,
      }),
  };

  readonly usage = {
    /** What the tenant has used, day by day. */
    get: (filter: QueryOf<'getUsage'> = {}, options: Options = {}) =>
      this.#transport.json<AnswerOf<'getUsage'>>({
        method: 'GET',
        path: '/v1/usage',
        query: filter,
        repeatable: true,
        ...options,
      }),
  };

  readonly audit = {
    /** Who changed what, the newest first. */
    list: (filter: QueryOf<'listAudit'> = {}, options: Options = {}) =>
      this.#transport.json<AnswerOf<'listAudit'>>({
        method: 'GET',
        path: '/v1/audit',
        query: filter,
        repeatable: true,
        ...options,
      }),
  };

  /** The OpenAPI document. */
  openApi(options: Options = {}): Promise<AnswerOf<'openapi'>> {
    return this.#transport.json({ method: 'GET', path: '/openapi.json', repeatable: true, ...options });
  }

  /** Whether jobs can be accepted; a 503 is an answer here. */
  health(options: Options = {}): Promise<AnswerOf<'readyz'>> {
    return this.#transport.json({
      method: 'GET',
      path: '/readyz',
      repeatable: false,
      accept: [503],
      ...options,
    });
  }
}
