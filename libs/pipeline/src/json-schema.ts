import { IntermodalError } from '@intermodal/contracts';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';

const ajv = new Ajv2020({ strict: false, useDefaults: true, allErrors: false, validateFormats: false });

/** @throws IntermodalError `pipeline.invalid` when it is no JSON Schema */
export function compileSchema(schema: object, path: string): ValidateFunction {
  try {
    return ajv.compile(schema);
  } catch (error) {
    throw new IntermodalError(
      'pipeline.invalid',
      `${path}: the JSON Schema cannot be used: ${(error as Error).message}`,
    );
  } finally {
    // Ajv keeps every schema it ever saw, and refuses a second one with the same $id.
    ajv.removeSchema(schema);
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
