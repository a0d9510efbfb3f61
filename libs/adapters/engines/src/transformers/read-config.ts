import { readFile } from 'node:fs/promises';
import { IntermodalError } from '@intermodal/contracts';
import type { ModelConfig } from './archetype.ts';

/** @throws IntermodalError `model.invalid` */
export async function readConfig(path: string | undefined, model: string): Promise<ModelConfig> {
  const invalid = (why: string): IntermodalError =>
    new IntermodalError('model.invalid', `The model ${model} cannot be opened: ${why}.`);
  if (path === undefined) throw invalid('it has no file config.json, which says what it is');
  let config: unknown;
  try {
    config = JSON.parse(await readFile(path, 'utf8'));
  } catch {
    throw invalid('its config.json is not JSON');
  }
  if (typeof config !== 'object' || config === null || !('model_type' in config))
    throw invalid('its config.json has no model_type');
  const { model_type, architectures = [] } = config as Record<string, unknown>;
  if (typeof model_type !== 'string' || !Array.isArray(architectures))
    throw invalid('model_type in its config.json is to be a text, and architectures a list');
  return { ...config, model_type, architectures: architectures.map(String) };
}
