import type { Facts } from '@intermodal/models';
import { NO_FACTS, answererContract, testContext } from '@intermodal/testing/engine-contracts';
import { describe, expect, it } from 'vitest';
import engine from './facts-answerer.engine.ts';

answererContract('facts-answerer', () => engine.open(testContext()));

const box = (x: number, y: number, width = 20, height = 20) => ({ x, y, width, height });
const object = (label: string, at: ReturnType<typeof box>, score = 0.9) => ({ label, score, box: at });
const DOG = object('dog', box(15, 40));
const BIKE = object('bicycle', box(40, 40));
const CAR = object('car', box(78, 2));
const facts: Facts = {
  picture: { width: 100, height: 100 },
  objects: [DOG, BIKE, CAR, object('person', box(70, 70)), object('person', box(72, 40), 0.5)],
  scope: null,
  detectable: [
    ...[
      'person',
      'dog',
      'cat',
      'bicycle',
      'car',
      'truck',
      'bird',
      'orange',
      'aeroplane',
      'hot dog',
      'bed',
      'horse',
    ],
  ],
  colours: [
    { name: 'green', share: 0.7 },
    { name: 'red', share: 0.06 },
    { name: 'blue', share: 0.03 },
  ],
  objectColours: [
    { label: 'dog', box: DOG.box, colours: [{ name: 'black', share: 0.9 }] },
    {
      label: 'bicycle',
      box: BIKE.box,
      colours: [
        { name: 'red', share: 0.6 },
        { name: 'grey', share: 0.1 },
      ],
    },
  ],
  text: [
    { text: 'CLOSED', confidence: 0.95, box: box(45, 45, 5, 5) },
    { text: 'Open at 9', confidence: 0.85, box: box(5, 90, 30, 5) },
  ],
  codes: [{ format: 'qr', text: 'https://example.org', box: box(1, 1) }],
  faces: [{ score: 0.8, box: box(72, 72, 5, 5) }],
  durationMs: 75_300,
  transcript: 'how old is the bridge',
};

const { use } = await engine.open(testContext());
const ask = (question: string, given: Facts = facts) =>
  use.answer(question, given, { signal: new AbortController().signal });

describe('what the facts tell', () => {
  it.each([
    ['How many people are there?', 'I see two people.'],
    ['Count the persons, please.', 'I see two people.'],
    ['How many humans and dogs can be seen?', 'I see two people and one dog.'],
    ['How many cats?', 'I see no cats.'],
    ['How many people are on the right?', 'I see two people.'],
    ['How many people are in the picture on the left side?', 'I see no people.'],
    ['How many animals are there?', 'I see at least one animal.'],
    ['How many black dogs are there?', 'I see one dog.'],
    ['Is there a bike?', 'Yes, I see one bicycle.'],
    ['Are there any aeroplanes?', 'No, I see no aeroplanes.'],
    ['Is there an airplane?', 'No, I see no aeroplanes.'],
    ['Is there a hot dog?', 'No, I see no hot dogs.'],
    ['Is there an orange?', 'No, I see no oranges.'],
    ["Isn't there a dog?", 'Yes, I see one dog.'],
    ['Is there no dog?', 'No, I see one dog.'],
    ['Are there no cats?', 'Yes, I see no cats.'],
    ['Is there a cat or a dog?', 'Yes, I see no cats and one dog.'],
    ['Is there a cat and a dog?', 'No, I see no cats and one dog.'],
    ['Are there two people?', 'Yes, I see two people.'],
    ['Are there more than two people?', 'No, I see two people.'],
    ['Are there at least 2 people?', 'Yes, I see two people.'],
    ['Is there only one person?', 'No, I see two people.'],
    ['Is there an owl?', 'No, I see no owls.'],
    ['What colour is the bicycle?', 'The bicycle is red.'],
    ['Is the bike red?', 'Yes, the bike is red.'],
    ['Is the dog white?', 'No, I see no white on the dog.'],
    ['What are the main colors?', 'The picture is mostly green and red.'],
    ['Is anything red?', 'Yes, the picture is partly red.'],
    ['Where is the car?', 'The car is at the top right.'],
    ['Is the dog left of the bicycle?', 'Yes, the dog is left of the bicycle.'],
    ['Is the car below the dog?', 'No, the car is not below the dog.'],
    ['What is next to the dog?', 'I see one bicycle next to the dog.'],
    ['What does it say?', 'It says "CLOSED Open at 9".'],
    ['What is written on the bicycle?', 'It says "CLOSED".'],
    ['What is written at the bottom?', 'It says "Open at 9".'],
    ['Does it say "closed"?', 'Yes, it says "CLOSED Open at 9".'],
    ['What does the QR code say?', 'I read qr: "https://example.org".'],
    ['Is there a barcode?', 'Yes, I read qr: "https://example.org".'],
    ['How many faces are there?', 'I see one face.'],
    ['How long is the film?', 'It is one minute and 15.3 seconds long.'],
    ['What is said?', 'What was heard is "how old is the bridge".'],
    ['What animals are there?', 'I see one dog.'],
  ])('%s', async (question, answer) => {
    expect(await ask(question)).toMatchObject({ answer, answered: true, reason: null });
  });

  it.each([
    ['Is there a giraffe?', /giraffe.*visual language model/],
    ['Is there a truck?', /one car, which the detector may take for it/],
    ['Is there a woman?', /two people, but cannot say of what kind/],
    ['Are there any birds or fish?', /fish/],
    ['Is there any food?', /others/],
    ['Is the dog on the bicycle?', /'on'/],
    ['Does the dog see the bicycle?', /'see'/],
    ['Which dog is not black?', /'not'/],
    ['What colour is the dog’s collar?', /collar/],
    ['Is the bike grey?', /not enough/],
    ['How many sleeping dogs are there?', /sleeping/],
    ['Who is in the picture?', /not identified/],
    ['What is above the car?', /nothing that the detector knows/],
    ['Where is the cat?', /do not see a cat/],
    ['How many words does it say?', /how much is written/],
    ['Does it say "welcome"?', /could not be read/],
    ['Is "goodbye" said?', /not heard/],
    ['Are the people left of the dog left of the car?', /visual language model/],
  ])('%s is not answered', async (question, reason) => {
    const { answer, answered } = await ask(question);
    expect(answer).toMatch(reason);
    expect(answered).toBe(false);
    expect(answer.split('\n')).toHaveLength(1);
  });

  it('does not take silence of one who did not look for absence', async () => {
    expect(await ask('Is there a dog?', NO_FACTS)).toMatchObject({
      answered: false,
      reason: expect.stringContaining('object detector') as string,
    });
    expect(await ask('Is there any text?', { ...facts, text: [] })).toMatchObject({
      answer: 'No, no text could be read.',
      confidence: 0.5,
    });
  });
});
