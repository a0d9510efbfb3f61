import type { Logger } from 'pino';

export interface StatusAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

type Handler = (params: Readonly<Record<string, string>>) => Promise<StatusAnswer>;

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

  /** Undefined for a path that there is not. */
  readonly answer = async (path: string): Promise<StatusAnswer | undefined> => {
    for (const { pattern, handler } of this.#routes) {
      const found = pattern.exec(path);
      if (found) return this.#ask(path, handler, found.groups ?? {});
    }
    return undefined;
  };

  async #ask(path: string, handler: Handler, params: Record<string, string>): Promise<StatusAnswer> {
    try {
      return await handler(decoded(params));
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
