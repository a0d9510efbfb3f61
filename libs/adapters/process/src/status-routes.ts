import type { Logger } from 'pino';

export interface StatusAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

type Handler = (params: Readonly<Record<string, string>>, query: URLSearchParams) => Promise<StatusAnswer>;

/**
 * What the status port of a process answers beside `/livez`: for those who run the machines, never for tenants. It asks for
 * no key, so whatever is added here must not be anybody's secret, and may only be read.
 */
export class StatusRoutes {
  readonly #log: Pick<Logger, 'error'>;
  readonly #routes: { readonly pattern: RegExp; readonly handler: Handler }[] = [];

  constructor(log: Pick<Logger, 'error'>) {
    this.#log = log;
  }

  /**
   * @param template such as `/internal/pools/:pool/backlog`; what stands for `:pool` is given to the handler by name
   * @param handler what it throws is logged, and answered with 500
   */
  get(template: string, handler: Handler): this {
    const source = template.replaceAll(/[.+*?^$()[\]{}|\\]/g, '\\$&').replaceAll(/:(\w+)/g, '(?<$1>[^/]+)');
    this.#routes.push({ pattern: new RegExp(`^${source}$`), handler });
    return this;
  }

  /** @param address path and query; undefined for a path that there is not */
  readonly answer = async (address: string): Promise<StatusAnswer | undefined> => {
    const [path, query] = address.split('?', 2) as [string, string | undefined];
    for (const { pattern, handler } of this.#routes) {
      const found = pattern.exec(path);
      if (found)
        return this.#ask(path, () => handler(decoded(found.groups ?? {}), new URLSearchParams(query)));
    }
    return undefined;
  };

  async #ask(path: string, handle: () => Promise<StatusAnswer>): Promise<StatusAnswer> {
    try {
      return await handle();
    } catch (error) {
      this.#log.error({ err: error, path }, 'a question to the status port was not answered');
      // Nothing of the error: whoever asks shows no key, and errors may name hosts.
      return jsonAnswer(500, { problem: 'This could not be answered; the log says why.' });
    }
  }
}

export const jsonAnswer = (status: number, value: unknown): StatusAnswer => ({
  ...{ status, contentType: 'application/json' },
  body: JSON.stringify(value),
});

/** A name that is no proper encoding is nobody's name: it is left as it came. */
function decoded(params: Record<string, string>): Record<string, string> {
  const decode = (value: string): string => {
    try {
      return decodeURIComponent(value);
    } catch {
      return value;
    }
  };
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decode(value)]));
}
