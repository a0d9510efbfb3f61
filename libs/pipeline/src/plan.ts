import type { PipelineDocument } from '@intermodal/contracts';

/**
 * A pipeline document made ready to run: every reference resolved, every edge known. Plans are made by `compile`, stored
 * once per document, and read by the SQL functions and by the reference executor alike.
 */
export interface Plan {
  /** SHA-256 of the canonical document, and of those that were put in, hex. */
  readonly sha256: string;
  readonly document: PipelineDocument;
  readonly nodes: readonly PlanNode[];
  readonly output: readonly PlanOutput[];
}

export interface PlanOutput {
  readonly name: string;
  /** A required output without a value fails the job. */
  readonly required: boolean;
  readonly value: PlanExpression;
}

/**
 * What a reference or literal became. `depth` counts the eaches around the place where the value lives: 0 is the job.
 * - `lit`: the value itself
 * - `input`, `params`: a path into the job's input or params
 * - `item`: a path into the item of the each at `depth`
 * - `node`: a path into the output of the node `name` at `depth`
 */
export type PlanExpression =
  | { readonly lit: unknown }
  | { readonly input: readonly string[] }
  | { readonly params: readonly string[] }
  | { readonly item: readonly string[]; readonly depth: number }
  | { readonly node: string; readonly depth: number; readonly path: readonly string[] }
  | { readonly array: readonly PlanExpression[] }
  | { readonly object: Readonly<Record<string, PlanExpression>> };

/**
 * Whether a node runs. `value` holds unless it is null, false, 0, an empty text or an empty list; `less` and `greater` hold
 * for numbers only; `in` holds when the second is a list that has the first.
 */
export type PlanCondition =
  | { readonly value: PlanExpression }
  | { readonly equals: PlanPair }
  | { readonly in: PlanPair }
  | { readonly less: PlanPair }
  | { readonly greater: PlanPair }
  | { readonly not: PlanCondition }
  | { readonly all: readonly PlanCondition[] }
  | { readonly any: readonly PlanCondition[] };
export type PlanPair = readonly [PlanExpression, PlanExpression];

/** When an each has succeeded: see decision 0009. */
export type PlanJoin =
  | { readonly kind: 'all' }
  | { readonly kind: 'any' }
  | { readonly kind: 'always' }
  | { readonly kind: 'quorum'; readonly count: number };

interface PlanNodeBase {
  /** `lines.heard`: the names of the eaches around it, then its own. From another pipeline: `greet.said` is its own name. */
  readonly id: string;
  /** The id of the each around it; empty at the top. */
  readonly scope: string;
  readonly name: string;
  /** Number of eaches around it. */
  readonly depth: number;
  /** Null: always. Looked at before anything else of the node. */
  readonly when: PlanCondition | null;
  readonly onError: 'fail' | 'skip' | 'default';
  /** What it gives when it failed under `default`, else null. Of a stage: an object with every output port. */
  readonly fallback: unknown;
  /** Names of nodes of the same scope that must be final first. */
  readonly dependsOn: readonly string[];
  readonly dependents: readonly string[];
}

export interface PlanStageNode extends PlanNodeBase {
  readonly kind: 'stage';
  readonly stage: string;
  readonly pool: string;
  readonly input: Readonly<Record<string, PlanExpression>>;
  /** Ports that skip the node when they are null. */
  readonly required: readonly string[];
  readonly params: Readonly<Record<string, PlanExpression>>;
  readonly timeoutMs: number;
  readonly attempts: number;
  /** Output ports that an each walks over or a condition looks at: they stay in the records whatever their size. */
  readonly iterated: readonly string[];
}

export interface PlanEachNode extends PlanNodeBase {
  readonly kind: 'each';
  readonly list: PlanExpression;
  readonly join: PlanJoin;
  /** One value per item, made when all nodes of the item are final. */
  readonly collect: PlanExpression;
}

export type PlanNode = PlanStageNode | PlanEachNode;

/** Items in one each, at most. */
export const MAX_EACH_ITEMS = 10_000;
/** Nodes in one document, at most, with those of pipelines put in. */
export const MAX_NODES = 64;
/** Pipelines within pipelines, at most. */
export const MAX_PIPELINE_DEPTH = 4;
