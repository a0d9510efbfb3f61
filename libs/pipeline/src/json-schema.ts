import { IntermodalError } from '@intermodal/contracts';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { RE2JSException } from 're2js';
import { LinearPatterns } from './linear-patterns.ts';

const patterns = new LinearPatterns();
const ajv = new Ajv2020({
  ...{ strict: false, useDefaults: true, allErrors: false, validateFormats: false },
  code: { regExp: patterns.engine },
});

/** @throws IntermodalError `pipeline.invalid` when it is no JSON Schema */
export function compileSchema(schema: object, path: string): ValidateFunction {
  patterns.begin();
  try {
    return ajv.compile(schema);
  } catch (error) {
    const hint =
      error instanceof RE2JSException ? ' (patterns are RE2: they look neither ahead nor back)' : '';
    throw new IntermodalError(
      'pipeline.invalid',
      `${path}: the JSON Schema cannot be used: ${(error as Error).message}${hint}`,
    );
  } finally {
    // Ajv keeps every schema it ever saw, and refuses a second one with the same $id.
    ajv.removeSchema(schema);
  }
}

/**
 * Undefined when the value is valid.
 * @throws IntermodalError when it cannot be checked; names the path
 */
export function faultsOf(
  validate: ValidateFunction,
  value: unknown,
  path: string,
): ErrorObject[] | undefined {
  patterns.begin();
  try {
    return validate(value) ? undefined : validate.errors!;
  } catch (error) {
    if (error instanceof IntermodalError) throw new IntermodalError(error.code, `${path}: ${error.message}`);
    // A schema that refers to itself without going into the value has no end.
    if (error instanceof RangeError)
      throw new IntermodalError('pipeline.invalid', `${path}: the JSON Schema refers to itself without end.`);
    throw error;
  }
}

/** What is wrong, for people. */
export function sentenceOf(error: ErrorObject, path: string): string {
  const at = path + error.instancePath.replaceAll('/', '.');
  const { additionalProperty, allowedValues } = error.params as {
    additionalProperty?: string;
    allowedValues?: unknown[];
  };
  if (additionalProperty !== undefined) return `${at}.${additionalProperty}: there is no such field.`;
  if (allowedValues) return `${at}: must be one of ${allowedValues.join(', ')}.`;
  return `${at}: ${error.message ?? 'is not valid'}.`;
}
