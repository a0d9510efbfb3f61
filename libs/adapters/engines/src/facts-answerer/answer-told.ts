import type { Answer, Facts, ReadLine } from '@intermodal/models';
import { chosen } from './answer-objects.ts';
import { barrier } from './barrier.ts';
import { isAt } from './places.ts';
import type { Question } from './question.ts';
import { NEEDS, cannotTell, inBox, told } from './reply.ts';
import { counted, listed } from './words.ts';

/** What is written, anywhere or on a thing; whether something is; whether these words are. */
export function whatIsWritten(question: Question, facts: Facts): Answer {
  if (!facts.text) return cannotTell('what is written', NEEDS.reader);
  if (question.cues.has('count')) return cannotTell('how much is written', NEEDS.language);
  const searched = [...question.quoted, ...question.unknown];
  const [thing] = question.things;
  const stop = thing && barrier(thing, facts);
  if (stop) return stop;
  const boxes = thing ? chosen(thing, question, facts).map(({ box }) => box) : undefined;
  const { picture } = facts;
  const lines = facts.text.filter(
    ({ box }) =>
      (!boxes || boxes.some((outer) => inBox(box, outer))) &&
      (!picture || question.places.every((place) => isAt(box, place, picture))),
  );
  const text = lines.map((line) => line.text).join(' ');
  const evidence = lines.map((line) => ({ kind: 'text' as const, value: line.text, box: line.box }));
  const missed = 'small, slanted, handwritten or distant text is not found by this reader';
  if (searched.length > 0) {
    const found = searched.every((word) => plain(text).includes(plain(word)));
    if (found) return told(`Yes, it says "${text}"`, mean(lines), evidence);
    return cannotTell(`whether it says "${searched.join(' ')}"`, `it could not be read; ${missed}`, evidence);
  }
  const asksWhether = question.cues.has('exist') && !question.cues.has('what');
  const yes = question.cues.has('without') ? 'No' : 'Yes';
  if (lines.length > 0)
    return told(asksWhether ? `${yes}, it says "${text}"` : `it says "${text}"`, mean(lines), evidence);
  if (asksWhether)
    return told(`${yes === 'Yes' ? 'No' : 'Yes'}, no text could be read`, 0.5, [
      { kind: 'absence', value: 'no text found' },
    ]);
  return cannotTell('what is written', `no text could be read; ${missed}`);
}

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

const mean = (lines: readonly ReadLine[]): number =>
  lines.reduce((sum, line) => sum + line.confidence, 0) / Math.max(1, lines.length);

export function codes(question: Question, facts: Facts): Answer {
  if (!facts.codes) return cannotTell('what a code says', NEEDS.codes);
  const evidence = facts.codes.map(({ text, box }) => ({ kind: 'code' as const, value: text, box }));
  if (question.cues.has('count')) return told(`I see ${counted(facts.codes.length, 'code')}`, 0.8, evidence);
  const texts = facts.codes.map(({ format, text }) => `${format}: "${text}"`);
  const asksWhether = question.cues.has('exist') && !question.cues.has('what') && !question.cues.has('read');
  const no = question.cues.has('without');
  if (texts.length > 0)
    return told(`${asksWhether ? (no ? 'No, ' : 'Yes, ') : ''}I read ${listed(texts)}`, 0.99, evidence);
  if (asksWhether)
    return told(`${no ? 'Yes' : 'No'}, I see no code that could be read`, 0.7, [
      { kind: 'absence', value: 'no code found' },
    ]);
  return cannotTell('what the code says', 'no code could be read');
}

/** How many faces, and whether; never whose. */
export function faces(question: Question, facts: Facts): Answer {
  if (!facts.faces) return cannotTell('about faces', NEEDS.faces);
  const count = facts.faces.length;
  const evidence =
    count > 0
      ? facts.faces.map(({ box }) => ({ kind: 'face' as const, value: 'face', box }))
      : [{ kind: 'absence' as const, value: 'no face found' }];
  const confidence = count > 0 ? Math.min(...facts.faces.map(({ score }) => score)) : 0.6;
  const asksWhether = !question.cues.has('count') && !question.cues.has('what');
  const holds = question.cues.has('without')
    ? count === 0
    : question.number === undefined
      ? count > 0
      : count === question.number;
  return told(
    `${asksWhether ? (holds ? 'Yes, ' : 'No, ') : ''}I see ${counted(count, 'face')}`,
    confidence,
    evidence,
  );
}

export const identity = (facts: Facts): Answer =>
  cannotTell(
    'who it is',
    'people are not identified here; only how many faces there are can be told',
    (facts.faces ?? []).map(({ box }) => ({ kind: 'face', value: 'face', box })),
  );

export function duration(facts: Facts): Answer {
  if (facts.durationMs === null) return cannotTell('how long it is', NEEDS.duration);
  const seconds = Math.round(facts.durationMs / 100) / 10;
  const minutes = Math.floor(seconds / 60);
  const rest = Math.round((seconds - minutes * 60) * 10) / 10;
  const text = minutes > 0 ? `${counted(minutes, 'minute')} and ${rest} seconds` : `${seconds} seconds`;
  return told(`it is ${text} long`, 0.99, [{ kind: 'duration', value: `${facts.durationMs} ms` }]);
}

export function speech(question: Question, facts: Facts): Answer {
  if (facts.transcript === null) return cannotTell('what is said', NEEDS.recogniser);
  const text = facts.transcript.trim();
  const searched = [...question.quoted, ...question.unknown];
  const evidence = [{ kind: 'transcript' as const, value: text }];
  if (searched.length > 0)
    return searched.every((word) => plain(text).includes(plain(word)))
      ? told(`Yes, what was heard is "${text}"`, 0.6, evidence)
      : cannotTell(
          `whether "${searched.join(' ')}" is said`,
          'it was not heard, but words are often misheard',
          evidence,
        );
  if (text === '')
    return told('nobody was heard to speak', 0.7, [{ kind: 'absence', value: 'no speech found' }]);
  return told(`what was heard is "${text}"`, 0.6, evidence);
}
