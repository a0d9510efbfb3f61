import { isDeepStrictEqual } from 'node:util';
import {
  compile,
  type Plan,
  type ReferenceJob,
  type StageCatalogue,
  type Submission,
} from '@intermodal/pipeline';
import { loadTrialPipelines, loadTrialStages, predict } from '@intermodal/trial';
import type { Entry } from '../round/ledger.ts';

/** What the reference executor says of submissions. */
export class Prediction {
  readonly #catalogue: StageCatalogue;
  readonly #plans: ReadonlyMap<string, Plan>;
  readonly #known = new Map<string, ReferenceJob>();

  private constructor(catalogue: StageCatalogue, plans: ReadonlyMap<string, Plan>) {
    this.#catalogue = catalogue;
    this.#plans = plans;
  }

  static async load(): Promise<Prediction> {
    const catalogue = await loadTrialStages();
    const documents = await loadTrialPipelines();
    return new Prediction(
      catalogue,
      new Map(documents.map((document) => [document.name, compile(document, catalogue)])),
    );
  }

  plan(pipeline: string): Plan {
    return this.#plans.get(pipeline)!;
  }

  get catalogue(): StageCatalogue {
    return this.#catalogue;
  }

  of({ pipeline, input, params }: Pick<Entry, 'pipeline'> & Submission): ReferenceJob {
    const key = JSON.stringify([pipeline, input, params]);
    let known = this.#known.get(key);
    if (!known) {
      known = predict(this.plan(pipeline), { input, params }, this.#catalogue);
      this.#known.set(key, known);
    }
    return known;
  }
}

/** Equal, when a file is as good as another with the same bytes. */
export const meansTheSame = (one: unknown, other: unknown): boolean =>
  isDeepStrictEqual(meaning(one), meaning(other));

function meaning(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(meaning);
  if (value === null || typeof value !== 'object') return value;
  const { sha256, bytes } = value as Record<string, unknown>;
  if (sha256 !== undefined && bytes !== undefined) return { sha256, bytes };
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, inner]) => [name, meaning(inner)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
