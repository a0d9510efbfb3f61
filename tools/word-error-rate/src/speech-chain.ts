import { LocalFile } from '@intermodal/contracts';
import { FolderModelStore, loadEngines, ModelHouse } from '@intermodal/engines';
import { loadMediaEngines } from '@intermodal/media';
import { EngineRoom, type EnginePreferences } from '@intermodal/models';
import { stageOf, type StageCatalogue } from '@intermodal/pipeline';
import { loadShippedStages } from '@intermodal/stages';
import { runStage, type StageRun } from '@intermodal/testing';

export interface Segment {
  readonly startMs: number;
  readonly endMs: number;
  readonly audio: LocalFile;
}

export interface Heard {
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
}

/** The real stages on the real engines, one after the other in this process: what a job does, without queue and records. */
export class SpeechChain implements AsyncDisposable {
  readonly #stages: StageCatalogue;
  readonly #room: EngineRoom;
  readonly #runs: StageRun<unknown>[] = [];

  static async open(options: {
    modelFolder: string;
    mirror?: string;
    preferences?: EnginePreferences;
  }): Promise<SpeechChain> {
    const engines = [...(await loadEngines()), ...(await loadMediaEngines())];
    const room = new EngineRoom(engines, options.preferences ?? {}, {
      models: new FolderModelStore({ folder: options.modelFolder, mirror: options.mirror }),
      remotes: {},
      threads: 1,
      hosts: new ModelHouse({ device: 'cpu', threads: 1 }),
      log: { info() {}, warn() {} },
    });
    return new SpeechChain(await loadShippedStages(), room);
  }

  private constructor(stages: StageCatalogue, room: EngineRoom) {
    this.#stages = stages;
    this.#room = room;
  }

  /** Runs one stage by name. Its files live until the chain is disposed. */
  async run<Output>(
    key: string,
    input: Record<string, unknown>,
    params: Record<string, unknown> = {},
  ): Promise<Output> {
    const stage = stageOf(this.#stages, key);
    const chosen = await this.#room.resolveAll(stage.needs);
    const needs = Object.fromEntries(Object.entries(chosen).map(([name, { use }]) => [name, use]));
    const ran = await runStage(stage, input, { needs, params });
    this.#runs.push(ran);
    return ran.output as Output;
  }

  /** probe -> extract -> detect */
  async segments(path: string): Promise<readonly Segment[]> {
    const media = new LocalFile(path, 'application/octet-stream');
    await this.run('media.probe@1', { media });
    const { audio } = await this.run<{ audio: LocalFile | null }>('media.extract-audio@1', { media });
    if (!audio) return [];
    return (await this.run<{ segments: Segment[] }>('speech.detect-activity@1', { audio })).segments;
  }

  /** probe -> extract -> detect -> transcribe */
  async hear(path: string, language = 'en'): Promise<readonly Heard[]> {
    const heard: Heard[] = [];
    for (const { audio, startMs, endMs } of await this.segments(path)) {
      const { text } = await this.run<{ text: string }>('speech.transcribe@1', { audio }, { language });
      heard.push({ startMs, endMs, text });
    }
    return heard;
  }

  /** Removes the files of everything that ran. */
  async clean(): Promise<void> {
    await Promise.all(this.#runs.splice(0).map((run) => run[Symbol.asyncDispose]()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.clean();
    await this.#room.close();
  }
}
