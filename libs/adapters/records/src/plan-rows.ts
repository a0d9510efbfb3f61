import type { Plan } from '@intermodal/pipeline';
import type { Database } from './database.ts';

/** More are forgotten: people may post a document of their own with every job. */
const KNOWN_MAX = 10_000;

/** Hashes known to be stored: most submissions need not send their plan again. */
export class StoredPlans {
  readonly #known = new Set<string>();

  has(plan: Plan): boolean {
    return this.#known.has(plan.sha256);
  }

  async store(query: Database['query'], plan: Plan): Promise<void> {
    if (!this.has(plan)) await storePlan(query, plan);
  }

  /** The transaction that stored it was committed. */
  add(plan: Plan): void {
    if (this.#known.size >= KNOWN_MAX) this.#known.clear();
    this.#known.add(plan.sha256);
  }
}

/** Stores the plan under its hash, if it is not there yet. */
export async function storePlan(query: Database['query'], plan: Plan): Promise<void> {
  const { sha256, document, output } = plan;
  await query('store_graph', 'SELECT store_graph($1, $2, $3, $4, $5, $6)', [
    sha256,
    document.name,
    document.version,
    JSON.stringify(document),
    JSON.stringify(output),
    JSON.stringify(rowsOf(plan)),
  ]);
}

const rowsOf = (plan: Plan): object[] =>
  plan.nodes.map((node, i) => {
    const shared = {
      id: node.id,
      scope: node.scope,
      name: node.name,
      position: i,
      kind: node.kind,
      depends_on: node.dependsOn.length,
      dependents: node.dependents,
      condition: node.when,
      on_error: node.onError,
      fallback: node.fallback,
    };
    if (node.kind === 'each')
      return {
        ...shared,
        list: node.list,
        collect: node.collect,
        join_kind: node.join.kind,
        join_count: node.join.kind === 'quorum' ? node.join.count : null,
      };
    return {
      ...shared,
      stage: node.stage,
      pool: node.pool,
      input: node.input,
      required: node.required,
      params: node.params,
      timeout_ms: node.timeoutMs,
      attempts: node.attempts,
      iterated: node.iterated,
    };
  });
