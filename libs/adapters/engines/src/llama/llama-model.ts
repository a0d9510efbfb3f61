import type {
  ChatMessage,
  ChatOptions,
  ChatReply,
  Device,
  Embeddings,
  EngineContext,
  HostedModel,
  Model,
  ModelStore,
  Probe,
} from '@intermodal/models';
import { IntermodalError, type ModelTask } from '@intermodal/contracts';
import { runnerAddress } from '../hosts/runner.ts';
import { unitVector } from '../unit-vector.ts';
import { checkKept } from './kept-schema.ts';
import type { LlamaEmbeddings, LlamaLoad, LlamaRequest } from './requests.ts';

const RUNNER = runnerAddress(import.meta.url, './llama-runner');

/** Enough for a page of questions and a page of answers, and for a graphics card's share of many. */
const CONVERSATIONS = { contextTokens: 8_192, atOnce: 4 };

/** Measured: 125 MiB with a model of some kilobytes. */
const PROCESS_BYTES = 150 * 1024 ** 2;

/** A language model of llama.cpp in a process of its own. */
export class LlamaModel {
  readonly id: string;
  readonly #hosted: HostedModel;

  /** The first model for a task that is here; an operator's own before those that are shipped. */
  static async openFor(task: ModelTask, { models, hosts }: EngineContext): Promise<LlamaModel> {
    for (const model of candidatesFor(task, models)) {
      const files = await models.find(model);
      if (!files) continue;
      const { contextTokens, atOnce } = model.conversations ?? CONVERSATIONS;
      const path = ggufOf(model, files);
      const load: LlamaLoad = { path, contextTokens, conversations: atOnce };
      const hosted = await hosts.open({
        ...{ name: model.id, runner: RUNNER, load, files: Object.values(files), atOnce },
        ...{ processBytes: PROCESS_BYTES, memoryBytes: model.memoryBytes },
        deviceProbe: 'device' satisfies LlamaLoad,
      });
      return new LlamaModel(model.id, hosted);
    }
    throw new Error(`The model for ${task} went away between probe and open.`);
  }

  private constructor(id: string, hosted: HostedModel) {
    this.id = id;
    this.#hosted = hosted;
  }

  get device(): Device {
    return this.#hosted.device;
  }

  /** Throws like HostedModel. */
  async chat(messages: readonly ChatMessage[], options: ChatOptions): Promise<ChatReply> {
    const { signal, onText, image, maxTokens, temperature, topP, seed, stop, schema } = options;
    if (image)
      throw new IntermodalError(
        'input.invalid',
        `The model ${this.id} sees no pictures: leave out the image, or choose an engine that sees.`,
      );
    if (schema) checkKept(schema);
    const request: LlamaRequest = {
      ...{ kind: 'chat', messages, told: onText !== undefined },
      options: { maxTokens, temperature, topP, seed, stop, schema },
    };
    const onPartial = (text: unknown): void => onText?.(text as string);
    return (await this.#hosted.call(request, { signal, onPartial })) as ChatReply;
  }

  /** Throws like HostedModel. */
  async embed(texts: readonly string[], signal: AbortSignal): Promise<Embeddings> {
    const request: LlamaRequest = { kind: 'embed', texts };
    const { vectors, tokens } = (await this.#hosted.call(request, { signal })) as LlamaEmbeddings;
    return { vectors: vectors.map(unitVector), tokens };
  }

  close(): Promise<void> {
    return this.#hosted.close();
  }
}

/** Whether a model for this task is here. */
export async function probeFor(task: ModelTask, { models }: EngineContext): Promise<Probe> {
  const candidates = candidatesFor(task, models);
  for (const model of candidates) if (await models.find(model)) return { available: true };
  const reason =
    candidates.length > 0
      ? `no model for ${task} is here: intermodal models pull ${candidates.map(({ id }) => id).join(' ')}.`
      : `no model for ${task} is in the catalogue: describe one of your own (docs/models.md).`;
  return { available: false, reason };
}

const candidatesFor = (task: ModelTask, { catalogue }: ModelStore): Model[] =>
  catalogue.filter(({ engine, tasks }) => engine === 'llama' && tasks.includes(task)).reverse();

function ggufOf(model: Model, files: Readonly<Record<string, string>>): string {
  const [name] = Object.keys(files)
    .filter((file) => file.endsWith('.gguf'))
    .sort();
  if (name !== undefined) return files[name]!;
  throw new IntermodalError(
    'model.invalid',
    `The model ${model.id} has no file that ends in .gguf: that is what the engine llama opens.`,
  );
}
