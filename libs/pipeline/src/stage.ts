import type { LocalFile } from '@intermodal/contracts';
import type { Capability, InterfaceOf } from '@intermodal/models';
import { z } from 'zod';

/** Like worker processes that serve some stages; one process per pool in local mode. */
export const POOLS = ['media', 'speech', 'vision', 'text'] as const;
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
}

interface Declaration<I extends z.ZodObject, O extends z.ZodObject, P extends z.ZodObject, N extends Needs> {
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
  run(input: z.output<I>, context: StageContext<N, z.output<P>>): Promise<z.input<O>>;
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
  // A method, so that a Stage of narrower types is still a Stage.
  run(input: z.output<I>, context: StageContext<N, z.output<P>>): Promise<z.input<O>>;
}

/** Declares a stage. That one file gives it a queue, workers, schemas, uploads, retries, a page in the reference. */
export function defineStage<
  I extends z.ZodObject,
  O extends z.ZodObject,
  P extends z.ZodObject = z.ZodObject<Record<never, never>>,
  N extends Needs = Record<never, never>,
>(declaration: Declaration<I, O, P, N>): Stage<I, O, P, N> {
  return {
    ...declaration,
    params: declaration.params ?? (z.strictObject({}) as unknown as P),
    needs: declaration.needs ?? ({} as N),
    limits: { ...DEFAULT_LIMITS, ...declaration.limits },
  };
}

/** `speech.transcribe@1`, as pipelines name it. */
export const stageKey = (stage: { readonly name: string; readonly version: number }): string =>
  `${stage.name}@${stage.version}`;

/** `stage.speech.transcribe.v1`: the queue of `speech.transcribe@1`. */
export const queueOf = (stage: string): string => `stage.${stage.replace('@', '.v')}`;
