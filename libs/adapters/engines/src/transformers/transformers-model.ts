import { dirname } from 'node:path';
import { IntermodalError, type ModelTask } from '@intermodal/contracts';
import {
  variantName,
  type Device,
  type EngineContext,
  type HostedCall,
  type HostedModel,
  type Model,
  type ModelVariant,
  type Probe,
} from '@intermodal/models';
import { refuseIncomplete } from '../onnx/external-data.ts';
import { missingPrograms } from '@intermodal/programs';
import { archetypeOf, type Archetype, type ModelConfig } from './archetype.ts';
import { checkDtype } from './check-dtype.ts';
import type { FolderLoad } from './folder-load.ts';
import { readConfig, readModelFile } from './read-config.ts';

/** Measured, with networks of some kilobytes: 113 to 116 MiB, of Whisper's kind 139, and 130 to 135 where it runs from source. */
const PROCESS_BYTES = 150 * 1024 ** 2;

/** A model of Transformers.js in a process of its own. */
export class TransformersModel {
  readonly model: Model;
  readonly config: ModelConfig;
  readonly archetype: Archetype;
  readonly #hosted: HostedModel;
  readonly #paths: Found['paths'];

  /** The first model for a task that is here and of one of these archetypes; an operator's own before those that are shipped. */
  static async openFor(
    task: ModelTask,
    archetypes: readonly Archetype[],
    context: EngineContext,
  ): Promise<TransformersModel> {
    const [found] = (await findFor(task, archetypes, context)).found;
    if (!found) throw wentAway(task);
    return TransformersModel.#open(found, context);
  }

  /** All of them, at least one. */
  static async openAllFor(
    task: ModelTask,
    archetypes: readonly Archetype[],
    context: EngineContext,
  ): Promise<readonly TransformersModel[]> {
    const { found } = await findFor(task, archetypes, context);
    if (found.length === 0) throw wentAway(task);
    const opened: TransformersModel[] = [];
    try {
      for (const one of found) opened.push(await TransformersModel.#open(one, context));
    } catch (error) {
      await Promise.all(opened.map((one) => one.close()));
      throw error;
    }
    return opened;
  }

  static async #open(found: Found, context: EngineContext): Promise<TransformersModel> {
    const { model, variant, paths, archetype } = found;
    const files = Object.values(paths);
    const networks = files.filter((path) => path.endsWith('.onnx'));
    const load: FolderLoad = {
      folder: dirname(paths['config.json']!),
      dtype: variant.dtype,
      pooling: model.pooling,
    };
    const hosted = await context.hosts.open({
      ...{ name: model.id, runner: archetype.runner, load, files, warmUp: archetype.warmUp },
      device: variant.device,
      processBytes: PROCESS_BYTES,
      memoryBytes:
        variant.memoryBytes === undefined ? model.memoryBytes : { [variant.device]: variant.memoryBytes },
      check: async () => {
        for (const network of networks) await refuseIncomplete(network, model.id);
      },
    });
    return new TransformersModel(found, hosted);
  }

  private constructor({ model, config, archetype, paths }: Found, hosted: HostedModel) {
    this.model = model;
    this.config = config;
    this.archetype = archetype;
    this.#hosted = hosted;
    this.#paths = paths;
  }

  /**
   * What a JSON file beside its networks says, without the process of the model.
   * @throws IntermodalError `model.invalid`
   */
  read(file: string): Promise<Readonly<Record<string, unknown>>> {
    return readModelFile(this.#paths, file, this.model.id);
  }

  get device(): Device {
    return this.#hosted.device;
  }

  /** Throws like HostedModel. */
  call(request: unknown, options: HostedCall): Promise<unknown> {
    return this.#hosted.call(request, options);
  }

  close(): Promise<void> {
    return this.#hosted.close();
  }
}

/** Whether a model for this task, of one of these archetypes, is here. */
export async function probeFor(
  task: ModelTask,
  archetypes: readonly Archetype[],
  context: EngineContext,
): Promise<Probe> {
  const { found, problems } = await findFor(task, archetypes, context);
  if (found.length > 0) return { available: true };
  if (problems.length > 0) return { available: false, reason: problems.join(' ') };
  const ids = candidatesFor(task, context).map(({ id }) => id);
  const reason =
    ids.length > 0
      ? `no model for ${task} is here that the engine transformers opens: intermodal models pull one of ${ids.join(', ')}.`
      : `no model for ${task} by the engine transformers is in the catalogue: describe one of your own (docs/models.md).`;
  return { available: false, reason };
}

interface Found {
  readonly model: Model;
  readonly variant: ModelVariant;
  readonly paths: Readonly<Record<string, string>>;
  readonly config: ModelConfig;
  readonly archetype: Archetype;
}

const wentAway = (task: ModelTask): Error =>
  new Error(`The model for ${task} went away between probe and open.`);

/** Those that are here and can be opened, and what keeps others that are here from being so. */
async function findFor(
  task: ModelTask,
  archetypes: readonly Archetype[],
  context: EngineContext,
): Promise<{ found: readonly Found[]; problems: readonly string[] }> {
  const found: Found[] = [];
  const problems: string[] = [];
  for (const model of candidatesFor(task, context)) {
    try {
      const here = await variantHere(model, context);
      if (!here) continue;
      const { variant, paths } = here;
      checkDtype(model, variant);
      const config = await readConfig(paths, model.id);
      const archetype = archetypeOf(config, archetypes);
      if (!archetype) throw new IntermodalError('model.invalid', whyNot(model, config, task, archetypes));
      const missing = archetype.files.find((file) => paths[file] === undefined);
      if (missing !== undefined)
        throw new IntermodalError(
          'model.invalid',
          `The model ${model.id} has no file ${missing}, and a ${archetype.name} needs it: add it to the files of the model.`,
        );
      const [program] = await missingPrograms(archetype.programs ?? []);
      if (program !== undefined)
        throw new IntermodalError(
          'engine.unavailable',
          `The model ${model.id} needs the program ${program}, which is not here: apt-get install ${program}.`,
        );
      found.push({ model, variant, paths, config, archetype });
    } catch (error) {
      if (!(error instanceof IntermodalError)) throw error;
      problems.push(error.message);
    }
  }
  return { found, problems };
}

const candidatesFor = (task: ModelTask, { models: { catalogue } }: EngineContext): Model[] =>
  catalogue.filter(({ engine, tasks }) => engine === 'transformers' && tasks.includes(task)).reverse();

/** Of the variants that can run here, the first whose files are here; those of the graphics card before others where there is one. */
async function variantHere(
  model: Model,
  { models, hosts }: EngineContext,
): Promise<Pick<Found, 'variant' | 'paths'> | undefined> {
  if (model.variants.length === 0)
    throw new IntermodalError(
      'model.invalid',
      `The model ${model.id} has no variants: say under "variants" which dtype and device its networks are for.`,
    );
  const runnable = model.variants.filter(({ device }) => device === 'cpu' || device === hosts.device);
  for (const variant of runnable.sort((a, b) => rank(a, hosts.device) - rank(b, hosts.device))) {
    const paths = await models.find(model, variant);
    if (paths) return { variant, paths };
  }
  if (runnable.length === 0)
    throw new IntermodalError(
      'engine.unavailable',
      `The model ${model.id} runs on a graphics card only (${model.variants.map(variantName).join(', ')}), and none is used here.`,
    );
  return undefined;
}

const rank = ({ device }: ModelVariant, wanted: Device): number => (device === wanted ? 0 : 1);

const whyNot = (
  model: Model,
  config: ModelConfig,
  task: ModelTask,
  archetypes: readonly Archetype[],
): string =>
  `The model ${model.id} is a ${[config.model_type, ...config.architectures].join(', ')}, and for ${task} the engine transformers opens ` +
  `${archetypes.map(({ name, modelTypes }) => `a ${name} (${modelTypes.join(', ')})`).join(' or ')}.`;
