import { createReadStream } from 'node:fs';
import {
  type ArtifactRef,
  IntermodalError,
  isArtifactRef,
  LocalFile,
  mapFiles,
  newUuid,
  showId,
  toIntermodalError,
  type Ran,
} from '@intermodal/contracts';
import type { Chosen } from '@intermodal/models';
import {
  itemsTogether,
  restoreSpilled,
  spill,
  stageOf,
  withAbsence,
  type ArtifactStore,
  type ClaimedTask,
  type Stage,
  type StageCatalogue,
  type StageContext,
} from '@intermodal/pipeline';
import type { Tracing } from '@intermodal/telemetry';
import type { Logger } from 'pino';
import type { ArtifactCache } from './artifact-cache.ts';
import type { MicroBatches } from './micro-batches.ts';
import { duringTask, fieldsOf } from './running-task.ts';
import type { Scratch, TaskScratch } from './scratch.ts';
import { tracedEngines } from './traced-engines.ts';

/** The largest file that a stage may give. */
const OUTPUT_MAX_BYTES = 2 * 1024 ** 3;

export interface TaskRunnerOptions {
  readonly catalogue: StageCatalogue;
  readonly store: ArtifactStore;
  readonly cache: ArtifactCache;
  readonly scratch: Scratch;
  /** The engines of a stage's needs. */
  readonly resolveNeeds: (needs: Stage['needs']) => Promise<Record<string, Chosen>>;
  readonly batches: MicroBatches;
  readonly tracing: Tracing;
  readonly log: Logger;
}

export interface TaskControl {
  readonly signal: AbortSignal;
  readonly progress: (fraction: number) => void;
  readonly partial: (value: Readonly<Record<string, unknown>>) => void;
  /** Called as soon as it is known what will run, so that failures name it too. */
  readonly onRan: (ran: Ran) => void;
  /** Called when the task only waits for its turn in a micro-batch. */
  readonly onPrepared: () => void;
}

export interface TaskRun {
  readonly output: Record<string, unknown>;
  readonly artifacts: ArtifactRef[];
}

/**
 * Runs one claimed task: files in, `run`, files out. Knows nothing of queues and leases.
 * @throws IntermodalError, whose kind decides what happens next
 */
export async function runTask(
  task: ClaimedTask,
  options: TaskRunnerOptions,
  control: TaskControl,
): Promise<TaskRun> {
  const stage = stageOf(options.catalogue, task.stage);
  const log = options.log.child(fieldsOf(task));
  await using scratch = options.scratch.open(task.id, task.attempt);
  const { tracing } = options;
  const [input, params] = await tracing.span('files in', {}, () =>
    readInput(stage, task, scratch, options, control.signal),
  );
  const chosen = await tracing.span('engines', {}, () => options.resolveNeeds(stage.needs));
  const ran = ranOf(chosen);
  control.onRan(ran);
  const context: StageContext = {
    task: { id: showId('task', task.id), attempt: task.attempt },
    needs: tracedEngines(chosen, stage.needs, tracing),
    params,
    signal: control.signal,
    log: {
      info: (fields, message) => log.info(fields, message),
      warn: (fields, message) => log.warn(fields, message),
    },
    scratch: (name, mediaType) => scratch.output(name, mediaType),
    progress: control.progress,
    partial: control.partial,
  };
  const { batch } = stage;
  const raw = await tracing.span('run', {}, (span) =>
    untilAborted(control.signal, () =>
      batch && itemsTogether(stage, ran.engine) > 0
        ? options.batches.run(stage, batch, input, context, { ran, onPrepared: control.onPrepared, span })
        : duringTask(fieldsOf(task), () => stage.run(input, context as never)),
    ),
  );
  const parsed = stage.output.safeParse(raw);
  if (!parsed.success)
    throw new IntermodalError(
      'stage.output_invalid',
      `${task.stage} gave what it did not promise: ${parsed.error.message}`,
    );
  // Awaited here: the scratch folder goes when this function ends.
  return await tracing.span('files out', {}, () =>
    writeOutput(stage, parsed.data, task, options, control.signal),
  );
}

async function readInput(
  stage: Stage,
  task: ClaimedTask,
  scratch: TaskScratch,
  { cache, store }: TaskRunnerOptions,
  signal: AbortSignal,
): Promise<[input: Record<string, unknown>, params: unknown]> {
  const everything = { store, maxBytes: Infinity, signal };
  const whole = (await restoreSpilled(withAbsence(stage.input, task.input), everything)) as Record<
    string,
    unknown
  >;
  const local = await mapFiles(stage.input, whole, async (value, _mediaType, path) => {
    if (!isArtifactRef(value))
      throw new IntermodalError('input.invalid', `${path} of ${task.stage} is no file.`);
    const to = scratch.inputPath();
    await cache.linkInto(to, value, signal);
    return new LocalFile(to, value.mediaType, value.name);
  });
  const input = stage.input.safeParse(local);
  if (!input.success) throw invalid('input', task, input.error.issues[0]);
  const params = stage.params.safeParse(
    await restoreSpilled(withAbsence(stage.params, task.params), everything),
  );
  if (!params.success) throw invalid('param', task, params.error.issues[0]);
  return [input.data, params.data];
}

const invalid = (
  what: string,
  task: ClaimedTask,
  issue: { readonly path: PropertyKey[]; readonly message: string } | undefined,
): IntermodalError =>
  new IntermodalError(
    'input.invalid',
    `${task.path}: the ${what} '${issue?.path.join('.') ?? ''}' of ${task.stage} is not valid: ${issue?.message ?? ''}.`,
  );

async function writeOutput(
  stage: Stage,
  output: Record<string, unknown>,
  task: ClaimedTask,
  { store }: TaskRunnerOptions,
  signal: AbortSignal,
): Promise<TaskRun> {
  const artifacts: ArtifactRef[] = [];
  const stored = (await mapFiles(stage.output, output, async (value) => {
    const file = value as LocalFile;
    const id = newUuid();
    const body = createReadStream(file.path);
    const bytes = await store.put(id, body, {
      mediaType: file.mediaType,
      maxBytes: OUTPUT_MAX_BYTES,
      signal,
    });
    const ref: ArtifactRef = {
      id: showId('artifact', id),
      mediaType: file.mediaType,
      ...bytes,
      ...(file.name === undefined ? {} : { name: file.name }),
    };
    artifacts.push(ref);
    return ref;
  })) as Record<string, unknown>;
  const small = await spill(stored, { kept: task.iterated, store, signal });
  return { output: small.output, artifacts: [...artifacts, ...small.artifacts] };
}

/** What is recorded with the result: the first need of a stage is what makes it. */
function ranOf(chosen: Readonly<Record<string, Chosen>>): Ran {
  const [first] = Object.values(chosen);
  return first ? { engine: first.engine, model: first.model, device: first.device } : {};
}

/** A stage that does not listen to its signal is left behind: the slot is free again, its result goes nowhere. */
async function untilAborted<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(toIntermodalError(signal.reason));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work(), promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
