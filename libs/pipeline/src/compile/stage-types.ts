import { toJsonSchema } from '@intermodal/contracts';
import type { Stage } from '../stage.ts';
import { propertiesOf, type JsonType } from './json-type.ts';

/** Making a JSON Schema costs more than all the rest of a compilation, and every reference asks for one. */
const outputs = new WeakMap<Stage, JsonType>();
const inputs = new WeakMap<Stage, Readonly<Record<string, JsonType>>>();

export function outputTypeOf(stage: Stage): JsonType {
  if (!outputs.has(stage)) outputs.set(stage, toJsonSchema(stage.output, 'output'));
  return outputs.get(stage);
}

/** By port. */
export function inputTypesOf(stage: Stage): Readonly<Record<string, JsonType>> {
  if (!inputs.has(stage)) inputs.set(stage, propertiesOf(toJsonSchema(stage.input)) ?? {});
  return inputs.get(stage)!;
}
