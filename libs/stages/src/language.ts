import { z } from 'zod';

const CODE = /^[a-z]{2,3}$/;

/** A language as params name it. Whether an engine serves it, the engine says: `language.unsupported`. */
export const Language = z
  .string()
  .regex(CODE, "expected a language code such as 'en' or 'es'")
  .describe('ISO 639 code, e.g. en');

/** The same as a param of a shipped pipeline. */
export const languageParam = (description: string, preset = 'en') => ({
  type: 'string',
  pattern: CODE.source,
  default: preset,
  description,
});
