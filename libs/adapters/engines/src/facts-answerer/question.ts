import { COLOURS, GROUPS, NARROWER, isSynonym, labelsOf } from './lexicon.ts';
import {
  COMPARISONS,
  CUES,
  PLACES,
  RELATIONS,
  type Comparison,
  type Cue,
  type Place,
  type Relation,
} from './phrases.ts';
import { numberOf, singulars, wordsOf } from './words.ts';

/** Something that is asked about. */
export interface Thing {
  /** As the question has it, in the singular: `bike`. */
  readonly word: string;
  /** The labels that would be it: one, or several for a group. */
  readonly labels: readonly string[];
  readonly kind: 'label' | 'group' | 'narrower' | 'unknown';
}

/** A question, word by word: what of it is understood, and what is not. */
export interface Question {
  readonly cues: ReadonlySet<Cue>;
  readonly things: readonly Thing[];
  readonly colours: readonly string[];
  readonly relation: Relation | undefined;
  /** How many things are named before the relation. */
  readonly thingsBeforeRelation: number;
  readonly places: readonly Place[];
  readonly number: number | undefined;
  readonly comparison: Comparison | undefined;
  readonly quoted: readonly string[];
  /** Words that nothing here knows. A question with one is never answered as if it were not there. */
  readonly unknown: readonly string[];
}

const LONGEST_PHRASE = 4;

/** @param detectable the labels that the detector can give: they are nouns that are understood */
export function parseQuestion(text: string, detectable: readonly string[]): Question {
  const { words, quoted } = wordsOf(text);
  const labels = new Set(detectable);
  const cues = new Set<Cue>();
  const things: Thing[] = [];
  const colours: string[] = [];
  const places: Place[] = [];
  const unknown: string[] = [];
  let relation: Relation | undefined;
  let thingsBeforeRelation = 0;
  let lastThingEnd = -1;
  let number: number | undefined;
  let comparison: Comparison | undefined;

  const take = (phrase: string, at: number, length: number): boolean => {
    const next = words[at + length];
    const related = RELATIONS.get(phrase);
    if (related && relation === undefined && numberOf(next ?? '') === undefined) {
      relation = related;
      thingsBeforeRelation = things.length;
      return true;
    }
    const compared = COMPARISONS.get(phrase);
    if (compared && numberOf(next ?? '') !== undefined) return (comparison = compared) !== undefined;
    const place = PLACES.get(phrase);
    if (place) return places.push(place) > 0;
    const colour = COLOURS[phrase];
    // `an orange` is a fruit, unless a noun follows; `orange` is a colour.
    const isFruit = labels.has(phrase) && words[at - 1] === 'an' && !isNoun(next);
    if (colour !== undefined && !isFruit) return colours.push(colour) > 0;
    // A cue goes before a noun of the same word, so that a "sign" that says something is no unknown thing.
    const thing = thingOf(phrase, labels);
    if (thing && !CUES.has(phrase)) {
      if (relation === undefined && lastThingEnd >= 0 && !isJoined(words.slice(lastThingEnd, at)))
        unknown.push(...words.slice(lastThingEnd, at));
      lastThingEnd = at + length;
      return things.push(thing) > 0;
    }
    const value = length === 1 ? numberOf(phrase) : undefined;
    // `one` is a number after "more than", and stands for a thing elsewhere.
    if (value !== undefined && number === undefined && (phrase !== 'one' || comparison !== undefined))
      return (number = value) !== undefined;
    const cue =
      CUES.get(phrase) ??
      singulars(phrase)
        .map((it) => CUES.get(it))
        .find((it) => it === 'carrier');
    if (cue === 'holds' && things.length > 0) return false;
    if (cue !== undefined) return cues.add(cue) !== undefined;
    if (phrase === 'not') return isRhetorical(words, at);
    return false;
  };
  const isNoun = (word: string | undefined) => word !== undefined && thingOf(word, labels) !== undefined;

  for (let at = 0; at < words.length;) {
    const length = Array.from({ length: LONGEST_PHRASE }, (_, i) => LONGEST_PHRASE - i).find(
      (size) => at + size <= words.length && take(words.slice(at, at + size).join(' '), at, size),
    );
    if (length === undefined) unknown.push(words[at]!);
    at += length ?? 1;
  }
  // "On the left of the picture" is a place, and no relation between two things.
  if (relation && things.length === thingsBeforeRelation && cues.has('picture')) {
    places.push(relation.replace(' of', '') as Place);
    relation = undefined;
  }
  return {
    ...{ cues, things, colours, relation, thingsBeforeRelation },
    ...{ places, number, comparison, quoted, unknown },
  };
}

/** Two things that are asked about alike. With any other word between them, something else is asked: "a dog on a bed". */
const isJoined = (between: readonly string[]): boolean =>
  between.every(
    (word) => /^(and|or|a|an|the|any|as|well|some|no|both|nor|of|kind|type)$/.test(word) || word in COLOURS,
  );

/** "Is there not a dog", "don't you see": the question stays the same. Anywhere else `not` turns it into another one. */
const isRhetorical = (words: readonly string[], at: number): boolean =>
  at <= 2 && words.slice(0, at).every((word) => /^(is|are|do|does|can|there|you|it)$/.test(word));

function thingOf(phrase: string, labels: ReadonlySet<string>): Thing | undefined {
  const space = phrase.lastIndexOf(' ') + 1;
  for (const last of singulars(phrase.slice(space))) {
    const word = phrase.slice(0, space) + last;
    const same = labelsOf(word, labels);
    if (same.length > 0) return { word, labels: same, kind: 'label' };
    if (Object.hasOwn(GROUPS, word)) {
      const members = GROUPS[word]!.flatMap((label) => labelsOf(label, labels));
      return { word, labels: members, kind: members.length > 0 ? 'group' : 'unknown' };
    }
    if (Object.hasOwn(NARROWER, word)) {
      const wider = labelsOf(NARROWER[word]!, labels);
      return { word, labels: wider, kind: wider.length > 0 ? 'narrower' : 'unknown' };
    }
    // Known as a word, but nothing that this detector could see.
    if (isSynonym(word)) return { word, labels: [], kind: 'unknown' };
  }
  return undefined;
}
