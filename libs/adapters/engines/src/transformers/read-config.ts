import { readFile } from 'node:fs/promises';
import { IntermodalError } from '@intermodal/contracts';
import type { ModelConfig } from './archetype.ts';

type Paths = Readonly<Record<string, string>>;

/** @throws IntermodalError `model.invalid` */
export async function readConfig(paths: Paths, model: string): Promise<ModelConfig> {
  if (paths['config.json'] === undefined)
    throw invalid(model, 'it has no file config.json, which says what it is');
  const config = await readModelFile(paths, 'config.json', model);
  const { model_type, architectures = [] } = config;
  if (model_type === undefined) throw invalid(model, 'its config.json has no model_type');
  if (typeof model_type !== 'string' || !Array.isArray(architectures))
    throw invalid(model, 'model_type in its config.json is to be a text, and architectures a list');
  return { ...config, model_type, architectures: architectures.map(String) };
}

/** @throws IntermodalError `model.invalid` when it is no JSON object */
export async function readModelFile(
  paths: Paths,
  file: string,
  model: string,
): Promise<Readonly<Record<string, unknown>>> {
  const path = paths[file];
  if (path === undefined) throw invalid(model, `it has no file ${file}`);
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch {
    throw invalid(model, `its ${file} is not JSON`);
  }
  if (typeof content !== 'object' || content === null) throw invalid(model, `its ${file} is no JSON object`);
  return content as Readonly<Record<string, unknown>>;
}

const invalid = (model: string, why: string): IntermodalError =>
  new IntermodalError('model.invalid', `The model ${model} cannot be opened: ${why}.`);
