import type { AnswerOf, BodyOf, QueryOf } from '@intermodal/contracts';
import type { Transport } from './transport.ts';

type Options = { readonly signal?: AbortSignal };

/** For operators. */
export class Tenants {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  create(tenant: BodyOf<'createTenant'>, options: Options = {}): Promise<AnswerOf<'createTenant'>> {
    return this.#post('/v1/tenants', tenant, false, options);
  }

  list(filter: QueryOf<'listTenants'> = {}, options: Options = {}): Promise<AnswerOf<'listTenants'>> {
    return this.#transport.json({
      method: 'GET',
      path: '/v1/tenants',
      query: filter,
      repeatable: true,
      ...options,
    });
  }

  get(id: string, options: Options = {}): Promise<AnswerOf<'getTenant'>> {
    return this.#transport.json({ method: 'GET', path: `/v1/tenants/${id}`, repeatable: true, ...options });
  }

  /** What is left out stays as it is. */
  change(
    id: string,
    change: BodyOf<'changeTenant'>,
    options: Options = {},
  ): Promise<AnswerOf<'changeTenant'>> {
    return this.#post(`/v1/tenants/${id}`, change, true, options);
  }

  #post<T>(path: string, body: object, repeatable: boolean, options: Options): Promise<T> {
    return this.#transport.json({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      repeatable,
      ...options,
    });
  }
}
