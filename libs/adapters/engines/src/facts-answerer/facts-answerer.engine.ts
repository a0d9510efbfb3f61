import { Answerer, defineEngine, type Answer, type Facts } from '@intermodal/models';
import { isColoured, whatColour } from './answer-colours.ts';
import { contents, howMany, isThere, related, where } from './answer-objects.ts';
import { codes, duration, faces, identity, speech, whatIsWritten } from './answer-told.ts';
import { parseQuestion, type Question } from './question.ts';
import { NEEDS, cannotTell } from './reply.ts';

/**
 * Answers from facts by a small grammar, always there. It knows nothing but what it is given: what is not found among the
 * facts, or not understood of the question, is said to be so. Its parts stand beside this file, one for each kind of fact.
 */
export default defineEngine(Answerer, {
  name: 'facts-answerer',
  probe: async () => ({ available: true }),
  open: async () => ({
    use: {
      answer: async (question, facts, { signal }) => {
        signal.throwIfAborted();
        return answerFrom(parseQuestion(question, facts.detectable ?? []), facts);
      },
    },
    device: 'cpu',
    close: async () => {},
  }),
});

interface Kind {
  readonly is: (question: Question) => boolean;
  /** Whether words that are not understood may be what is searched for. */
  readonly searches?: boolean;
  readonly answer: (question: Question, facts: Facts) => Answer;
}

const has =
  (...cues: Parameters<Question['cues']['has']>[0][]) =>
  ({ cues: there }: Question) =>
    cues.every((cue) => there.has(cue));
const things = (question: Question) => question.things.length > 0;

/** The kinds of question, the more special first: the first that fits answers. */
const KINDS: readonly Kind[] = [
  { is: has('who'), answer: (_, facts) => identity(facts) },
  { is: (it) => has('code')(it) && !things(it), answer: codes },
  { is: (it) => has('face')(it) && !things(it) && it.places.length === 0, answer: faces },
  { is: (it) => has('long')(it) && !things(it), answer: (_, facts) => duration(facts) },
  { is: (it) => has('speech')(it) && !things(it), searches: true, answer: speech },
  {
    is: (it) => has('read')(it) && it.things.length < 2 && it.colours.length === 0,
    searches: true,
    answer: whatIsWritten,
  },
  {
    is: (it) => it.relation !== undefined && !it.cues.has('colour') && !it.cues.has('count'),
    answer: related,
  },
  { is: (it) => has('count')(it) && things(it) && it.relation === undefined, answer: howMany },
  {
    is: (it) => has('colour')(it) && it.colours.length === 0 && it.relation === undefined,
    answer: whatColour,
  },
  { is: (it) => has('where')(it) && things(it), answer: where },
  {
    is: (it) => it.colours.length > 0 && !things(it) && !it.cues.has('what') && !it.cues.has('without'),
    answer: isColoured,
  },
  { is: (it) => isPredicate(it), answer: isColoured },
  { is: (it) => has('what')(it) && it.colours.length === 0, answer: contents },
  { is: (it) => has('content')(it) && !has('count')(it) && it.colours.length === 0, answer: contents },
  { is: (it) => things(it) && !has('count')(it) && !has('colour')(it), answer: isThere },
];

/** That a thing has a colour, and not that a thing of that colour is there. */
const isPredicate = (it: Question): boolean =>
  it.things.length === 1 &&
  it.colours.length > 0 &&
  !it.cues.has('exist') &&
  !it.cues.has('holds') &&
  !it.cues.has('without');

function answerFrom(question: Question, facts: Facts): Answer {
  const kind = KINDS.find((it) => it.is(question));
  const unknown = [...question.unknown, ...question.quoted];
  const mayCarry = kind?.answer === whatIsWritten;
  if (unknown.length > 0 && !kind?.searches) return notKnown(unknown, facts);
  if (!kind) return cannotTell('that', `the question is not of a kind that facts answer; ${NEEDS.language}`);
  if (question.cues.has('carrier') && !mayCarry)
    return cannotTell('that', `signs and pages are known by their text only; ${NEEDS.language}`);
  return kind.answer(question, facts);
}

function notKnown(words: readonly string[], facts: Facts): Answer {
  const shown = words.slice(0, 3).map((word) => `'${word.slice(0, 40)}'`);
  if (facts.detectable === null) return cannotTell(`anything about ${shown.join(' and ')}`, NEEDS.detector);
  return cannotTell(
    `anything about ${shown.join(' and ')}`,
    `it is not among what can be seen or asked about here, so ${NEEDS.language}`,
  );
}
