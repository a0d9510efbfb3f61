import { IntermodalError } from '@intermodal/contracts';

/** Of what is written; no document that is taken comes near it. */
const MAX_DEPTH = 256;

/**
 * The YAML parser calls itself for every level, and a long run of brackets keeps it busy for minutes before it fails. This looks
 * at the text alone, and so takes brackets in quotes for brackets.
 * @throws IntermodalError `request.invalid`
 */
export function refuseDeepYaml(text: string): void {
  let [depth, indicators, deepest] = [0, 0, 0];
  for (const one of text) {
    if (one === '[' || one === '{') depth += 1;
    else if (one === ']' || one === '}') depth = Math.max(0, depth - 1);
    // `- - -`: lists in lists on one line. An indentation counts for as many levels as it has columns.
    if ('-?: '.includes(one)) indicators += 1;
    else indicators = 0;
    deepest = Math.max(deepest, depth, indicators / 2);
  }
  if (deepest > MAX_DEPTH)
    throw new IntermodalError('request.invalid', `The document is nested deeper than ${MAX_DEPTH} levels.`);
}
