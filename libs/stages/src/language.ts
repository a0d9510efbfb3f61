import { z } from 'zod';

/** A language as params name it. Whether an engine serves it, the engine says: `language.unsupported`. */
export const Language = z
  .string()
  .regex(/^[a-z]{2,3}$/, "expected a language code such as 'en' or 'es'")
  .describe('ISO 639 code, e.g. en');
