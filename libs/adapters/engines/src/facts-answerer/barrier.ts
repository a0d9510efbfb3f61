import type { Answer, Facts } from '@intermodal/models';
import type { Thing } from './question.ts';
import { NEEDS, cannotTell } from './reply.ts';
import { pluralOf, withArticle } from './words.ts';

/** Why nothing can be said of a thing; undefined when it can. */
export function barrier(thing: Thing, facts: Facts): Answer | undefined {
  if (!facts.objects) return cannotTell(`anything about ${pluralOf(thing.word)}`, NEEDS.detector);
  if (thing.kind !== 'unknown') return undefined;
  const known = facts.detectable ? `the ${facts.detectable.length} things` : 'what';
  return cannotTell(
    `whether there is ${withArticle(thing.word)}`,
    `it is not among ${known} that the detector knows, so ${NEEDS.language}`,
  );
}
