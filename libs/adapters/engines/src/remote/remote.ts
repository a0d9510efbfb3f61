import { IntermodalError } from '@intermodal/contracts';
import type { EngineLog, RemoteServer } from '@intermodal/models';
import type { z } from 'zod';
import {
  RemoteClient,
  type RemoteAnswer,
  type RemoteClientOptions,
  type RemoteRequest,
} from './remote-client.ts';

/** What was paid for; what is not known is left out. */
export interface Usage {
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly audioSeconds?: number;
  readonly characters?: number;
}

/** A server as a capability sees it: it asks, checks answers, and logs what they cost. */
export class Remote {
  readonly server: RemoteServer;
  readonly #capability: string;
  readonly #client: RemoteClient;
  readonly #log: EngineLog;

  constructor(options: RemoteClientOptions & { readonly log: EngineLog }) {
    this.server = options.server;
    this.#capability = options.capability;
    this.#client = new RemoteClient(options);
    this.#log = options.log;
  }

  /** @throws as RemoteClient does */
  ask(request: RemoteRequest): Promise<RemoteAnswer> {
    return this.#client.ask(request);
  }

  /** @throws IntermodalError `engine.answer_invalid` when it is not JSON of this schema */
  parse<Schema extends z.ZodType>(answer: RemoteAnswer, schema: Schema): z.output<Schema> {
    let value: unknown;
    try {
      value = JSON.parse(answer.bytes.toString());
    } catch {
      throw this.invalid('what is no JSON');
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const path = parsed.error.issues[0]?.path.join('.');
    throw this.invalid(path ? `JSON whose '${path}' is not as it should be` : 'JSON of another form');
  }

  /** @param what after "answered with" */
  invalid(what: string): IntermodalError {
    return new IntermodalError(
      'engine.answer_invalid',
      `The remote ${this.#capability} answered with ${what}: it may not be a server of OpenAI's HTTP API.`,
    );
  }

  logUsage({ tries, durationMs }: RemoteAnswer, usage: Usage): void {
    const { model, price } = this.server;
    const cost = price && costOf(price, usage);
    const known = { capability: this.#capability, model, tries, durationMs, ...usage };
    this.#log.info(cost === undefined ? known : { ...known, cost }, 'remote engine asked');
  }
}

/** Undefined when the server did not say what it used. */
export function costOf(price: NonNullable<RemoteServer['price']>, usage: Usage): number | undefined {
  if (usage.audioSeconds !== undefined) return (price.input * usage.audioSeconds) / 60;
  if (usage.characters !== undefined) return (price.input * usage.characters) / 1_000_000;
  if (usage.inputTokens === undefined || usage.outputTokens === undefined) return undefined;
  return (price.input * usage.inputTokens + price.output * usage.outputTokens) / 1_000_000;
}
