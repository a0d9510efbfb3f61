import type { AnswerOf, BodyOf, QueryOf } from '@intermodal/contracts';
import type { Transport } from './transport.ts';

type Options = { readonly signal?: AbortSignal };
/** Only for operators: of this tenant in place of your own. */
type OfTenant = Options & { readonly tenant?: string | undefined };

export class Keys {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The key itself is in this answer and nowhere else. */
  create(key: BodyOf<'createKey'>, options: OfTenant = {}): Promise<AnswerOf<'createKey'>> {
    return this.#post('/v1/keys', options, key);
  }

  list(filter: QueryOf<'listKeys'> = {}, options: Options = {}): Promise<AnswerOf<'listKeys'>> {
    return this.#transport.json({
      method: 'GET',
      path: '/v1/keys',
      query: filter,
      repeatable: true,
      ...options,
    });
  }

  get(id: string, { tenant, ...options }: OfTenant = {}): Promise<AnswerOf<'getKey'>> {
    return this.#transport.json({
      method: 'GET',
      path: `/v1/keys/${id}`,
      query: { tenant },
      repeatable: true,
      ...options,
    });
  }

  /** A new secret, in this answer and nowhere else; those of before are valid for a while. */
  rotate(
    id: string,
    options: OfTenant & { readonly graceSeconds?: number } = {},
  ): Promise<AnswerOf<'rotateKey'>> {
    const { graceSeconds, ...rest } = options;
    return this.#post(`/v1/keys/${id}/rotate`, rest, { graceSeconds });
  }

  revoke(id: string, options: OfTenant = {}): Promise<AnswerOf<'revokeKey'>> {
    return this.#post(`/v1/keys/${id}/revoke`, options, undefined, true);
  }

  #post<T>(path: string, { tenant, ...options }: OfTenant, body?: object, repeatable = false): Promise<T> {
    return this.#transport.json({
      method: 'POST',
      path,
      query: { tenant },
      repeatable,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      ...options,
    });
  }
}
