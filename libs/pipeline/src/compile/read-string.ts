/** `$speech.segments` -> root `speech`, path [`segments`]. */
export interface Reference {
  readonly root: string;
  readonly path: readonly string[];
}

const REFERENCE = /^\$([a-zA-Z][a-zA-Z0-9]*)((?:\.[a-zA-Z0-9_]+)*)$/;

/**
 * What a string in a document is: a reference, a literal (`$$` stands for a leading `$`), or undefined for a string that
 * begins with `$` and is neither.
 */
export function readString(text: string): { reference: Reference } | { literal: string } | undefined {
  if (!text.startsWith('$')) return { literal: text };
  if (text.startsWith('$$')) return { literal: text.slice(1) };
  const match = REFERENCE.exec(text);
  if (!match) return undefined;
  return { reference: { root: match[1]!, path: match[2] ? match[2].slice(1).split('.') : [] } };
}
