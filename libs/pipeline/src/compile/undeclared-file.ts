import { mediaOf, type JsonType } from './json-type.ts';
import type { Typed } from './typed.ts';

/** Files come into a job at ports that are declared so, and nowhere else: whoever wires another one to a stage's file has forgotten it. */
export function undeclaredFile(target: JsonType, { expression, type }: Typed): string | undefined {
  const media = mediaOf(target);
  if (media === undefined || mediaOf(type) !== undefined || !('input' in expression)) return undefined;
  const port = expression.input.join('.');
  return `expected a file, and input.${port} is not declared as one: write {"media": "${media}"} there`;
}
