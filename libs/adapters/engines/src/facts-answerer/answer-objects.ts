import type { Answer, DetectedObject, Facts } from '@intermodal/models';
import { colourfulness } from './answer-colours.ts';
import { barrier } from './barrier.ts';
import { areConfused } from './lexicon.ts';
import { placeOf, stands, within } from './places.ts';
import type { Question, Thing } from './question.ts';
import { ABSENCE, NEEDS, cannotTell, seen, surety, told, unseen } from './reply.ts';
import { counted, listed, pluralOf, withArticle } from './words.ts';

/** The objects that a question means by a thing: those of its labels, in the places and of the colour that it names. */
export function chosen(thing: Thing, question: Question, facts: Facts): readonly DetectedObject[] {
  const of = (facts.objects ?? []).filter(({ label }) => thing.labels.includes(label));
  const placed = question.relation ? of : within(of, question.places, facts.picture);
  return question.colours.length === 0
    ? placed
    : placed.filter((object) =>
        question.colours.every((colour) => (colourfulness(object, colour, facts) ?? 0) >= 0.2),
      );
}

const ofAnyKind = (thing: Thing, facts: Facts): readonly DetectedObject[] =>
  facts.objects!.filter(({ label }) => thing.labels.includes(label));

/** Why something that was not found may be there all the same: the detector saw what it often takes for it. */
function mistakable(thing: Thing, found: readonly DetectedObject[], facts: Facts): Answer | undefined {
  if (found.length > 0 || thing.kind === 'group') return undefined;
  const like = facts.objects!.filter(({ label }) => thing.labels.some((it) => areConfused(it, label)));
  if (like.length === 0) return undefined;
  return cannotTell(
    `whether there is ${withArticle(thing.word)}`,
    `${listOf(like)}, which the detector may take for it; ${NEEDS.language}`,
    seen(like),
  );
}

/** What a narrower word leaves open: there is a bird, but of what kind? */
const tooNarrow = (thing: Thing, found: readonly DetectedObject[]): Answer =>
  cannotTell(
    `whether it is ${withArticle(thing.word)}`,
    `I see ${counted(found.length, thing.labels[0]!)}, but cannot say of what kind; ${NEEDS.language}`,
    seen(found),
  );

export function howMany(question: Question, facts: Facts): Answer {
  const evidence = [];
  const parts: string[] = [];
  let confidence = 1;
  for (const thing of question.things) {
    const stop = barrier(thing, facts);
    if (stop) return stop;
    const found = chosen(thing, question, facts);
    const unsure = mistakable(thing, ofAnyKind(thing, facts), facts);
    if (unsure) return unsure;
    if (thing.kind === 'narrower' && found.length > 0) return tooNarrow(thing, found);
    const noun =
      thing.kind === 'group' ? thing.word : thing.kind === 'narrower' ? thing.word : thing.labels[0]!;
    if (thing.kind === 'group' && found.length === 0) return noneOfGroup(thing, facts);
    parts.push(`${thing.kind === 'group' ? 'at least ' : ''}${counted(found.length, noun)}`);
    evidence.push(...(found.length > 0 ? seen(found) : [unseen(noun, facts)]));
    confidence = Math.min(confidence, surety(found));
  }
  return told(`I see ${listed(parts)}`, confidence, evidence);
}

const noneOfGroup = (thing: Thing, facts: Facts): Answer =>
  cannotTell(
    `whether there is ${withArticle(thing.word)}`,
    `I see none of those that the detector knows (${thing.labels.join(', ')}), but there are others; ${NEEDS.language}`,
    thing.labels.map((label) => unseen(label, facts)),
  );

/** Is there, are there, no …, two …, more than one …, a … or a … */
export function isThere(question: Question, facts: Facts): Answer {
  const evidence = [];
  const parts: string[] = [];
  const holds: boolean[] = [];
  let confidence = 1;
  for (const thing of question.things) {
    const stop = barrier(thing, facts);
    if (stop) return stop;
    const found = chosen(thing, question, facts);
    const unsure = mistakable(thing, ofAnyKind(thing, facts), facts);
    if (unsure) return unsure;
    if (thing.kind === 'narrower' && found.length > 0) return tooNarrow(thing, found);
    if (thing.kind === 'group' && found.length === 0) return noneOfGroup(thing, facts);
    const noun = thing.kind === 'label' ? thing.labels[0]! : thing.word;
    holds.push(enough(found.length, question));
    const names = [...new Set(found.map(({ label }) => label))];
    parts.push(
      thing.kind === 'group'
        ? listed(names.map((name) => counted(found.filter(({ label }) => label === name).length, name)))
        : counted(found.length, noun),
    );
    evidence.push(...(found.length > 0 ? seen(found) : [unseen(noun, facts)]));
    confidence = Math.min(confidence, surety(found));
  }
  const are = question.cues.has('or') ? holds.some(Boolean) : holds.every(Boolean);
  const yes = question.cues.has('without') ? !holds.some(Boolean) : are;
  return told(`${yes ? 'Yes' : 'No'}, I see ${listed(parts)}`, confidence, evidence);
}

function enough(count: number, { number, comparison }: Question): boolean {
  if (number === undefined) return count > 0;
  switch (comparison) {
    case 'at least':
      return count >= number;
    case 'more than':
      return count > number;
    case 'fewer than':
      return count < number;
    case 'at most':
      return count <= number;
    default:
      return count === number;
  }
}

export function where(question: Question, facts: Facts): Answer {
  const { picture } = facts;
  const parts: string[] = [];
  const evidence = [];
  let confidence = 1;
  for (const thing of question.things) {
    const stop = barrier(thing, facts);
    if (stop) return stop;
    const found = chosen(thing, question, facts);
    const noun = thing.kind === 'label' ? thing.labels[0]! : thing.word;
    if (found.length === 0)
      return cannotTell(`where the ${noun} is`, `I do not see ${withArticle(noun)}`, [unseen(noun, facts)]);
    if (thing.kind === 'narrower') return tooNarrow(thing, found);
    if (!picture) return cannotTell(`where the ${noun} is`, 'the size of the picture was not given');
    const places = listed(found.map(({ box }) => placeOf(box, picture)));
    parts.push(found.length === 1 ? `the ${noun} is ${places}` : `the ${pluralOf(noun)} are ${places}`);
    evidence.push(...seen(found));
    confidence = Math.min(confidence, surety(found));
  }
  return told(listed(parts), confidence, evidence);
}

/** Is the dog left of the bicycle? What is next to the dog? */
export function related(question: Question, facts: Facts): Answer {
  const relation = question.relation!;
  const [firsts, seconds] = [
    question.things.slice(0, question.thingsBeforeRelation),
    question.things.slice(question.thingsBeforeRelation),
  ];
  const stop = question.things.map((thing) => barrier(thing, facts)).find((it) => it);
  if (stop) return stop;
  const [second] = seconds;
  if (!second || seconds.length > 1 || firsts.length > 1)
    return cannotTell('that', `two things can be compared, no more; ${NEEDS.language}`);
  const narrow = question.things.find((thing) => thing.kind === 'narrower');
  const ofSecond = chosen(second, question, facts);
  if (narrow && chosen(narrow, question, facts).length > 0)
    return tooNarrow(narrow, chosen(narrow, question, facts));
  if (ofSecond.length !== 1)
    return cannotTell(
      `what is ${relation} the ${second.word}`,
      `I see ${counted(ofSecond.length, second.word)}, not one`,
      seen(ofSecond),
    );
  const [first] = firsts;
  if (!first) return whatStands(relation, second, ofSecond[0]!, facts);
  const ofFirst = chosen(first, question, facts).filter((object) => object !== ofSecond[0]);
  if (ofFirst.length === 0)
    return cannotTell(`where the ${first.word} is`, `I do not see ${withArticle(first.word)}`, [
      unseen(first.word, facts),
    ]);
  const standing = new Set(ofFirst.map(({ box }) => stands(box, relation, ofSecond[0]!.box)));
  const [only] = standing;
  const both = seen([...ofFirst, ...ofSecond]);
  if (standing.size > 1 || only === undefined)
    return cannotTell(
      `whether the ${first.word} is ${relation} the ${second.word}`,
      'it is not clear from where they stand',
      both,
    );
  return told(
    `${only ? 'Yes' : 'No'}, the ${first.word} is ${only ? '' : 'not '}${relation} the ${second.word}`,
    surety([...ofFirst, ...ofSecond]) * 0.9,
    both,
  );
}

function whatStands(
  relation: NonNullable<Question['relation']>,
  thing: Thing,
  at: DetectedObject,
  facts: Facts,
): Answer {
  const others = facts.objects!.filter(
    (object) => object !== at && stands(object.box, relation, at.box) === true,
  );
  if (others.length === 0)
    return cannotTell(
      `what is ${relation} the ${thing.word}`,
      `nothing that the detector knows is there; ${NEEDS.language}`,
      seen([at]),
    );
  return told(`${listOf(others)} ${relation} the ${thing.word}`, surety(others) * 0.9, seen([...others, at]));
}

/** `I see two dogs and a bicycle`. */
export function listOf(objects: readonly DetectedObject[]): string {
  const groups = Map.groupBy(objects, ({ label }) => label);
  return `I see ${listed([...groups].map(([label, of]) => counted(of.length, label)))}`;
}

/** What is in the picture? Which animals? */
export function contents(question: Question, facts: Facts): Answer {
  const stop = question.things.map((thing) => barrier(thing, facts)).find((it) => it);
  if (stop) return stop;
  if (!facts.objects) return cannotTell('what is in the picture', NEEDS.detector);
  const objects =
    question.things.length === 0
      ? within(facts.objects, question.places, facts.picture)
      : question.things.flatMap((thing) => chosen(thing, question, facts));
  const lines = question.things.length === 0 ? (facts.text ?? []) : [];
  if (objects.length === 0 && lines.length === 0)
    return cannotTell(
      question.things.length === 0
        ? 'what is in the picture'
        : `which ${pluralOf(question.things[0]!.word)} there are`,
      `I see nothing that the detector knows; ${NEEDS.language}`,
    );
  const parts = objects.length === 0 ? [] : [listOf(objects)];
  if (lines.length > 0) parts.push(`it says "${lines.map(({ text }) => text).join(' ')}"`);
  return told(parts.join(', and '), objects.length > 0 ? Math.max(ABSENCE, surety(objects)) : 0.7, [
    ...seen(objects),
    ...lines.map(({ text, box }) => ({ kind: 'text' as const, value: text, box })),
  ]);
}
