import type { LocalFile } from '@intermodal/contracts';
import type { Capability, InterfaceOf } from '@intermodal/models';
import { z } from 'zod';

/** Like worker processes that serve some stages; one process per pool in local mode. */
export const POOLS = ['media', 'speech', 'vision', 'vision-models', 'text'] as const;
export type PoolName = (typeof POOLS)[number];

export interface StageLimits {
  readonly timeoutMs: number;
  /** Tries, when the fault is operational. */
  readonly attempts: number;
}

export const DEFAULT_LIMITS: StageLimits = { timeoutMs: 60_000, attempts: 3 };

type Needs = Readonly<Record<string, Capability<unknown>>>;
export type Opened<N extends Needs> = { readonly [K in keyof N]: InterfaceOf<N[K]> };

/** What a stage may use besides its input. Note what is not here: no queue, no bucket, no database, no environment. */
export interface StageContext<N extends Needs = Needs, Params = unknown> {
  /** The id is the same in every attempt: a key for services that are to do a thing once. */
  readonly task: { readonly id: string; readonly attempt: number };
  readonly needs: Opened<N>;
  readonly params: Params;
  /** Aborts on timeout, cancel and loss of the lease. Everything that waits takes it. */
  readonly signal: AbortSignal;
  readonly log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
  /** A fresh path in this task's scratch folder. Returned files are uploaded; the folder is deleted. */
  scratch(name: string, mediaType: string): LocalFile;
  /** How much is done, 0..1. */
  progress(fraction: number): void;
  /**
   * A piece of the output that is there already, for whoever watches: `{text}` that goes on what was told before, `{segment}` that
   * was recognised. Best effort and never recorded; what the stage returns is what counts.
   */
  partial(value: Readonly<Record<string, unknown>>): void;
}

/** What a micro-batch may use: the same for all of its tasks. */
export type BatchContext<N extends Needs = Needs, Params = unknown> = Pick<
  StageContext<N, Params>,
  'needs' | 'params' | 'log'
> & {
  /** Aborts when nobody waits for any of the results any more. */
  readonly signal: AbortSignal;
};

/** How tasks of one stage, of whichever jobs, go through one call of a model together. */
export interface MicroBatching<
  Input = unknown,
  Item = unknown,
  Result = unknown,
  N extends Needs = Needs,
  Params = unknown,
> {
  /** Tasks in one call, at most. */
  readonly maxItems: number;
  /** How long a task waits, at most, for others that are being prepared; milliseconds. Alone it does not wait. */
  readonly maxDelayMs: number;
  /** What each task does by itself before: reads its files, say. Others are on the model meanwhile. */
  prepare(input: Input, context: StageContext<N, Params>): Promise<Item>;
  /**
   * Items go together where this is the same: a shape, say. All do when it is left out. Null: it fills a call by itself, and runs in its slot like a task
   * of any other stage.
   */
  bucketOf?(item: Item): string | null;
  /**
   * One result for each item, in their order; an Error there is that task's alone. What throws is tried again with half as many,
   * so that an item that breaks the call, or is one too many for the memory, harms no other.
   */
  run(items: readonly Item[], context: BatchContext<N, Params>): Promise<readonly (Result | Error)[]>;
}

interface Declared<I extends z.ZodObject, O extends z.ZodObject, P extends z.ZodObject, N extends Needs> {
  /** Dotted, and equal to the file's path: `speech/transcribe.stage.ts` is `speech.transcribe`. */
  readonly name: string;
  /** Raise it when the same input may give another output. */
  readonly version: number;
  readonly pool: PoolName;
  readonly summary: string;
  readonly input: I;
  readonly output: O;
  readonly params?: P;
  readonly needs?: N;
  readonly limits?: Partial<StageLimits>;
}

interface Runs<I extends z.ZodObject, O extends z.ZodObject, P extends z.ZodObject, N extends Needs> {
  run(input: z.output<I>, context: StageContext<N, z.output<P>>): Promise<z.input<O>>;
}

interface RunsTogether<
  I extends z.ZodObject,
  O extends z.ZodObject,
  P extends z.ZodObject,
  N extends Needs,
  Item,
> {
  readonly batch: MicroBatching<z.output<I>, Item, z.input<O>, N, z.output<P>>;
}

export interface Stage<
  I extends z.ZodObject = z.ZodObject,
  O extends z.ZodObject = z.ZodObject,
  P extends z.ZodObject = z.ZodObject,
  N extends Needs = Needs,
> {
  readonly name: string;
  readonly version: number;
  readonly pool: PoolName;
  readonly summary: string;
  readonly input: I;
  readonly output: O;
  readonly params: P;
  readonly needs: N;
  readonly limits: StageLimits;
  /** Left out where every task runs by itself. */
  readonly batch?: MicroBatching;
  // A method, so that a Stage of narrower types is still a Stage.
  run(input: z.output<I>, context: StageContext<N, z.output<P>>): Promise<z.input<O>>;
}

/**
 * Declares a stage. That one file gives it a queue, workers, schemas, uploads, retries, a page in the reference. With `batch` in
 * place of `run` its tasks go through the model together.
 */
export function defineStage<
  I extends z.ZodObject,
  O extends z.ZodObject,
  P extends z.ZodObject = z.ZodObject<Record<never, never>>,
  N extends Needs = Record<never, never>,
>(declaration: Declared<I, O, P, N> & Runs<I, O, P, N>): Stage<I, O, P, N>;
export function defineStage<
  I extends z.ZodObject,
  O extends z.ZodObject,
  Item,
  P extends z.ZodObject = z.ZodObject<Record<never, never>>,
  N extends Needs = Record<never, never>,
>(declaration: Declared<I, O, P, N> & RunsTogether<I, O, P, N, Item>): Stage<I, O, P, N>;
export function defineStage<
  I extends z.ZodObject,
  O extends z.ZodObject,
  P extends z.ZodObject,
  N extends Needs,
>(
  declaration: Declared<I, O, P, N> & (Runs<I, O, P, N> | RunsTogether<I, O, P, N, unknown>),
): Stage<I, O, P, N> {
  return {
    ...declaration,
    ...('batch' in declaration && {
      batch: declaration.batch as unknown as MicroBatching,
      run: (input, context) => runAlone(declaration.batch, input, context),
    }),
    params: declaration.params ?? (z.strictObject({}) as unknown as P),
    needs: declaration.needs ?? ({} as N),
    limits: { ...DEFAULT_LIMITS, ...declaration.limits },
  } as Stage<I, O, P, N>;
}

/** A micro-batch of one. */
async function runAlone<Input, Item, Result, N extends Needs, P>(
  batch: MicroBatching<Input, Item, Result, N, P>,
  input: Input,
  context: StageContext<N, P>,
): Promise<Result> {
  const [result] = await batch.run([await batch.prepare(input, context)], context);
  if (result instanceof Error) throw result;
  return result as Result;
}

/** `speech.transcribe@1`, as pipelines name it. */
export const stageKey = (stage: { readonly name: string; readonly version: number }): string =>
  `${stage.name}@${stage.version}`;

/** `stage.speech.transcribe.v1`: the queue of `speech.transcribe@1`. */
export const queueOf = (stage: string): string => `stage.${stage.replace('@', '.v')}`;
