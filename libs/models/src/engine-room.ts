import { IntermodalError } from '@intermodal/contracts';
import type { Device, Engine, EngineContext, OpenedEngine } from './engine.ts';
import { ENGINE_PREFERENCES } from './preferences.ts';

export type EnginePreferences = Readonly<Record<string, readonly string[]>>;

/** An opened engine and its name, as recorded on every task that it served. */
export interface Chosen<Interface = unknown> {
  readonly use: Interface;
  readonly engine: string;
  readonly model?: string;
  readonly device: Device | 'remote';
}

interface Opening {
  readonly engine: Engine;
  readonly opened: OpenedEngine<unknown>;
}

/**
 * The engines of one process: the first available one of each capability, opened when a stage first needs it and kept
 * until `close`.
 */
export class EngineRoom {
  readonly #engines: readonly Engine[];
  readonly #preferences: EnginePreferences;
  readonly #context: EngineContext;
  readonly #openings = new Map<string, Promise<Opening>>();
  #closed = false;

  constructor(engines: readonly Engine[], preferences: EnginePreferences, context: EngineContext) {
    this.#engines = engines;
    this.#preferences = { ...ENGINE_PREFERENCES, ...preferences };
    this.#context = context;
  }

  /**
   * The engine of a capability, opened.
   * @throws IntermodalError `engine.unavailable`, which says what is missing and how to get it
   */
  async resolve(capability: string): Promise<Chosen> {
    if (this.#closed) throw new Error(`The engine room is closed, so ${capability} cannot be opened.`);
    const opening = this.#openings.get(capability) ?? this.#open(capability);
    this.#openings.set(capability, opening);
    try {
      const { engine, opened } = await opening;
      const { use, model, device } = opened;
      return { use, engine: engine.name, device, ...(model === undefined ? {} : { model }) };
    } catch (error) {
      // What is missing may be installed while the worker runs: the next task probes again.
      if (this.#openings.get(capability) === opening) this.#openings.delete(capability);
      throw error;
    }
  }

  /** Every need of a stage, by the name that the stage gave it. */
  async resolveAll(
    needs: Readonly<Record<string, { readonly name: string }>>,
  ): Promise<Record<string, Chosen>> {
    const entries = Object.entries(needs).map(
      async ([name, capability]) => [name, await this.resolve(capability.name)] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  }

  /** Closes what was opened, the last first. Every one is closed even when another cannot be. */
  async close(): Promise<void> {
    this.#closed = true;
    const openings = await Promise.allSettled([...this.#openings.values()].reverse());
    this.#openings.clear();
    const closings = openings.map((it) => (it.status === 'fulfilled' ? it.value.opened.close() : undefined));
    const failed = (await Promise.allSettled(closings)).filter((it) => it.status === 'rejected');
    if (failed.length > 0)
      throw new AggregateError(
        failed.map((it) => it.reason),
        'Some engines could not be closed.',
      );
  }

  async #open(capability: string): Promise<Opening> {
    const candidates = inOrder(this.#engines, capability, this.#preferences[capability] ?? []);
    const reasons: string[] = [];
    for (const engine of candidates) {
      const probe = await engine.probe(this.#context);
      if (!probe.available) {
        reasons.push(probe.reason);
        continue;
      }
      const opened = await engine.open(this.#context);
      this.#context.log.info({ capability, engine: engine.name, device: opened.device }, 'engine opened');
      return { engine, opened };
    }
    throw new IntermodalError('engine.unavailable', whyNone(capability, reasons));
  }
}

/** The engines of a capability that the table names, in its order. An engine that it does not name is never taken. */
export function inOrder(
  engines: readonly Engine[],
  capability: string,
  preference: readonly string[],
): readonly Engine[] {
  const able = engines.filter((engine) => engine.capability === capability);
  return preference.flatMap((name) => able.filter((engine) => engine.name === name));
}

function whyNone(capability: string, reasons: readonly string[]): string {
  const sentences = reasons.map((reason) => reason.replace(/\.$/, ''));
  if (sentences.length > 0) return `Nothing here serves ${capability}: ${sentences.join('; or ')}.`;
  return `Nothing here serves ${capability}: no engine for it is known by the name that INTERMODAL_ENGINES gives.`;
}
