import type { Answer, ColourShare, DetectedObject, Evidence, Facts } from '@intermodal/models';
import { barrier } from './barrier.ts';
import { within } from './places.ts';
import type { Question } from './question.ts';
import { NEEDS, cannotTell, seen, surety, told, unseen } from './reply.ts';
import { listed, pluralOf, withArticle } from './words.ts';

/** A colour with less than this share of a thing is not what people call its colour. */
const MAIN = 0.2;
/** And with less than this, it is not there. */
const TRACE = 0.05;

const coloursOf = (object: DetectedObject, facts: Facts): readonly ColourShare[] | undefined =>
  facts.objectColours?.find(
    ({ label, box }) =>
      label === object.label &&
      box.x === object.box.x &&
      box.y === object.box.y &&
      box.width === object.box.width,
  )?.colours;

/** The share of a colour on an object; undefined when nobody looked. */
export function colourfulness(object: DetectedObject, colour: string, facts: Facts): number | undefined {
  const colours = coloursOf(object, facts);
  return colours && (colours.find(({ name }) => name === colour)?.share ?? 0);
}

const mainOf = (colours: readonly ColourShare[]): readonly ColourShare[] => {
  const main = colours.filter(({ share }) => share >= MAIN);
  return main.length > 0 ? main.slice(0, 3) : colours.slice(0, 1);
};

const evidenceOf = (colours: readonly ColourShare[], object?: DetectedObject): Evidence[] =>
  colours.map(({ name, share }) => ({
    kind: 'colour',
    value: `${object ? `${object.label}: ` : ''}${name} ${Math.round(share * 100)} %`,
    ...(object ? { box: object.box } : {}),
  }));

/** Of things by name, or of the whole picture. */
export function whatColour(question: Question, facts: Facts): Answer {
  if (question.things.length === 0) return ofPicture(question, facts);
  const parts: string[] = [];
  const evidence: Evidence[] = [];
  let confidence = 1;
  for (const thing of question.things) {
    const stop = barrier(thing, facts);
    if (stop) return stop;
    const found = within(
      facts.objects!.filter(({ label }) => thing.labels.includes(label)),
      question.places,
      facts.picture,
    );
    if (found.length === 0)
      return cannotTell(`the colour of the ${thing.word}`, `I do not see ${withArticle(thing.word)}`, [
        unseen(thing.word, facts),
      ]);
    if (thing.kind === 'narrower')
      return cannotTell(
        `the colour of the ${thing.word}`,
        `I cannot say which ${thing.labels[0]!} it is; ${NEEDS.language}`,
        seen(found),
      );
    const colours = found.map((object) => ({ object, colours: mainOf(coloursOf(object, facts) ?? []) }));
    if (colours.some((it) => it.colours.length === 0))
      return cannotTell(`the colour of the ${thing.word}`, NEEDS.colours);
    const texts = [...new Set(colours.map((it) => listed(it.colours.map(({ name }) => name))))];
    parts.push(
      found.length === 1
        ? `the ${thing.word} is ${texts[0]!}`
        : `the ${pluralOf(thing.word)} are ${texts.length === 1 ? texts[0]! : `one ${texts.join(', one ')}`}`,
    );
    evidence.push(...colours.flatMap((it) => evidenceOf(it.colours, it.object)));
    // Of a box around a thing, part is its surroundings.
    confidence = Math.min(confidence, surety(found) * 0.8);
  }
  return told(listed(parts), confidence, evidence);
}

function ofPicture(question: Question, facts: Facts): Answer {
  if (!facts.colours) return cannotTell('the colours', NEEDS.colours);
  if (question.places.length > 0) return cannotTell('the colours of a part', NEEDS.language);
  const main = facts.colours.filter(({ share }) => share >= TRACE).slice(0, 5);
  return told(`the picture is mostly ${listed(main.map(({ name }) => name))}`, 0.9, evidenceOf(main));
}

/** Whether a thing has a colour, or anything in the picture. */
export function isColoured(question: Question, facts: Facts): Answer {
  const [colour] = question.colours as [string];
  if (question.colours.length > 1 && !question.cues.has('or'))
    return cannotTell(
      'about several colours at once',
      `one colour can be asked about at a time; ${NEEDS.language}`,
    );
  const shares: { share: number; object?: DetectedObject }[] = [];
  const [thing] = question.things;
  if (!thing) {
    if (!facts.colours) return cannotTell('the colours', NEEDS.colours);
    shares.push({ share: facts.colours.find(({ name }) => name === colour)?.share ?? 0 });
  } else {
    const stop = barrier(thing, facts);
    if (stop) return stop;
    const found = facts.objects!.filter(({ label }) => thing.labels.includes(label));
    if (found.length === 0)
      return cannotTell(`the colour of the ${thing.word}`, `I do not see ${withArticle(thing.word)}`, [
        unseen(thing.word, facts),
      ]);
    if (thing.kind === 'narrower')
      return cannotTell(
        `about the ${thing.word}`,
        `I cannot say which ${thing.labels[0]!} it is`,
        seen(found),
      );
    for (const object of found) {
      const share = colourfulness(object, colour, facts);
      if (share === undefined) return cannotTell(`the colour of the ${thing.word}`, NEEDS.colours);
      shares.push({ share, object });
    }
  }
  const wanted = thing ? MAIN : TRACE;
  const evidence = shares.flatMap(({ share, object }) => evidenceOf([{ name: colour, share }], object));
  const noun = thing ? `the ${shares.length > 1 ? pluralOf(thing.word) : thing.word}` : 'the picture';
  if (shares.every(({ share }) => share >= wanted))
    return told(
      `Yes, ${noun} ${shares.length > 1 ? 'are' : 'is'} ${thing ? '' : 'partly '}${colour}`,
      0.75,
      evidence,
    );
  if (shares.every(({ share }) => share < wanted / 4))
    return told(`No, I see no ${colour} on ${noun}`, 0.7, evidence);
  return cannotTell(
    `whether ${noun} is ${colour}`,
    'there is some of that colour, but not enough to call it so',
    evidence,
  );
}
