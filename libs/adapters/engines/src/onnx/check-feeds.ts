import { RunnerFault } from '../hosts/runner.ts';
import type { PlainTensors } from './requests.ts';

/** What a network says of one of its inputs. A word stands for a size that it leaves open. */
export type InputAbout =
  | {
      readonly name: string;
      readonly isTensor: true;
      readonly type: string;
      readonly shape: readonly (number | string)[];
    }
  | { readonly name: string; readonly isTensor: false };

/** @throws RunnerFault `model.input_invalid`, which says what is wanted and what was given, and shows no value */
export function checkFeeds(inputs: readonly InputAbout[], feeds: PlainTensors): void {
  for (const input of inputs) {
    if (!input.isTensor) continue;
    const given = feeds[input.name];
    const wanted = shown(input.type, input.shape);
    if (!given) throw wrong(`its input ${input.name} (${wanted}) is missing`);
    const fits =
      given.type === input.type &&
      given.dims.length === input.shape.length &&
      input.shape.every((size, i) => typeof size === 'string' || size < 0 || size === given.dims[i]);
    if (!fits)
      throw wrong(`its input ${input.name} is to be ${wanted} and was ${shown(given.type, given.dims)}`);
    const values = given.dims.reduce((product, size) => product * size, 1);
    if (given.data.length !== values)
      throw wrong(`its input ${input.name} has ${given.data.length} values where its shape has ${values}`);
  }
  const unknown = Object.keys(feeds).find((name) => !inputs.some((input) => input.name === name));
  if (unknown !== undefined) throw wrong(`it has no input ${unknown}`);
}

const wrong = (what: string): RunnerFault => new RunnerFault('model.input_invalid', `failed: ${what}.`);

const shown = (type: string, dims: readonly (number | string)[]): string =>
  `${type} [${dims.map((size) => (size === '' ? '?' : size)).join(', ')}]`;
