import { IntermodalError, type ErrorCode } from '@intermodal/contracts';
import { FolderModelStore, loadEngines, ModelHouse } from '@intermodal/engines';
import { loadMediaEngines } from '@intermodal/media';
import { EngineRoom, type EnginePreferences } from '@intermodal/models';
import {
  checkSubmission,
  compile,
  given,
  pipelinesOf,
  readyPaths,
  settleTask,
  stageOf,
  startJob,
  type Plan,
  type PlanStageNode,
  type StageCatalogue,
} from '@intermodal/pipeline';
import { loadShippedPipelines, loadShippedStages } from '@intermodal/stages';
import { runStage, type StageRun } from '@intermodal/testing';

export interface Ran {
  readonly output: Readonly<Record<string, unknown>>;
  /** What failed and was skipped: node and code. */
  readonly failures: readonly { readonly path: string; readonly code: ErrorCode }[];
  readonly tookMs: number;
}

/** A shipped pipeline with real stages and engines in this process, by the reference executor: no queue, no records. */
export class PipelineRunner implements AsyncDisposable {
  readonly #stages: StageCatalogue;
  readonly #plans: ReadonlyMap<string, Plan>;
  readonly #room: EngineRoom;
  /** Questions about one picture share what was seen in it. */
  readonly #results = new Map<string, Record<string, unknown>>();
  readonly #runs: StageRun<unknown>[] = [];

  static async open(options: {
    modelFolder: string;
    mirror?: string;
    preferences?: EnginePreferences;
  }): Promise<PipelineRunner> {
    const engines = [...(await loadEngines()), ...(await loadMediaEngines())];
    const models = new FolderModelStore({ folder: options.modelFolder, mirror: options.mirror });
    const room = new EngineRoom(engines, options.preferences ?? {}, {
      ...{ models, remotes: {}, threads: 1, hosts: new ModelHouse({ device: 'cpu', threads: 1 }) },
      log: { info() {}, warn() {} },
    });
    const stages = await loadShippedStages();
    const documents = await loadShippedPipelines();
    const pipelines = pipelinesOf(documents);
    const plans = documents.map((it) => [it.name, compile(it, stages, pipelines)] as const);
    return new PipelineRunner(stages, new Map(plans), room);
  }

  private constructor(stages: StageCatalogue, plans: ReadonlyMap<string, Plan>, room: EngineRoom) {
    this.#stages = stages;
    this.#plans = plans;
    this.#room = room;
  }

  /** @throws IntermodalError of the node that failed the job */
  async run(
    pipeline: string,
    input: Record<string, unknown>,
    params: Record<string, unknown> = {},
  ): Promise<Ran> {
    const begun = performance.now();
    const plan = this.#plans.get(pipeline)!;
    const submission = checkSubmission(plan, { input, params }, this.#stages);
    const job = startJob(plan, submission.input, submission.params);
    const failures: { path: string; code: ErrorCode; error: IntermodalError }[] = [];
    for (let [path] = readyPaths(job); path !== undefined; [path] = readyPaths(job)) {
      try {
        const node = job.tasks.get(path)!.node as PlanStageNode;
        const output = await this.#runStage(node.stage, given(job, path));
        settleTask(job, path, { state: 'completed', output });
      } catch (error) {
        if (!(error instanceof IntermodalError)) throw error;
        failures.push({ path, code: error.code, error });
        settleTask(job, path, { state: 'failed', code: error.code });
      }
    }
    if (job.output === null || job.state !== 'completed')
      throw failures.at(-1)?.error ?? new Error('No output.');
    return {
      output: job.output,
      failures: failures.map(({ path, code }) => ({ path, code })),
      tookMs: performance.now() - begun,
    };
  }

  async #runStage(
    key: string,
    { input, params }: ReturnType<typeof given>,
  ): Promise<Record<string, unknown>> {
    const same = JSON.stringify([key, input, params]);
    const known = this.#results.get(same);
    if (known) return known;
    const stage = stageOf(this.#stages, key);
    const chosen = await this.#room.resolveAll(stage.needs);
    const needs = Object.fromEntries(Object.entries(chosen).map(([name, { use }]) => [name, use]));
    const ran = await runStage(stage, input, { needs, params });
    this.#runs.push(ran);
    this.#results.set(same, ran.output);
    return ran.output;
  }

  /** Removes the files of everything that ran, and forgets it. */
  async clean(): Promise<void> {
    this.#results.clear();
    await Promise.all(this.#runs.splice(0).map((run) => run[Symbol.asyncDispose]()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.clean();
    await this.#room.close();
  }
}
