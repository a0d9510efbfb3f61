import type { AskedOf } from './questions.ts';

const YES = /^yes\b/i;
const NO = /^no\b/i;

/**
 * More questions, about other pictures, written after the grammar and its tables were done, which were not changed for them
 * afterwards: these figures say how it does with what it was not made for. The truth is as in questions.ts.
 */
export const HELD_OUT: readonly AskedOf[] = [
  {
    picture: 'images/000000000139.jpg',
    questions: {
      'Is there a television set?': YES,
      'Can you see any chairs?': YES,
      'Where is the TV located?': /left/i,
      'Is the television turned on?': null,
    },
  },
  {
    picture: 'images/000000001268.jpg',
    questions: {
      'Is a bird visible?': YES,
      'Are there some people?': YES,
      'Is there an aeroplane in the sky?': null,
      'Is there a bridge?': null,
      'How deep is the river?': null,
    },
  },
  {
    picture: 'images/000000001490.jpg',
    questions: {
      'How many persons are in the photograph?': /one person/i,
      'Do you see anything red?': NO,
      'Is there a surfboard?': YES,
      'What is the weather like?': null,
    },
  },
  {
    picture: 'images/000000002153.jpg',
    questions: {
      'How many people are there in the photo?': /four people/i,
      'Is there a baseball bat?': YES,
      'Which team is winning?': null,
      'What is the score?': null,
    },
  },
  {
    picture: 'images/000000002261.jpg',
    questions: {
      'Does the image contain a person?': YES,
      'How many humans are there?': /one person/i,
      'What colour is the water?': null,
      'Is he afraid?': null,
    },
  },
  {
    picture: 'images/000000002431.jpg',
    questions: {
      'Is there a wine glass?': YES,
      'How many wine glasses are there?': /one wine glass/i,
      'Where is the glass of wine?': /top|right/i,
      'Does the bread taste good?': null,
    },
  },
  {
    picture: 'images/000000002532.jpg',
    questions: {
      'How many people can you count?': /one person/i,
      'What are the dominant colours?': /white|blue/i,
      'Is there no dog?': YES,
      'How cold is it?': null,
    },
  },
  {
    picture: 'images/000000003255.jpg',
    questions: {
      'Is anybody there?': YES,
      'Is there a refrigerator?': NO,
      'How tall is the mountain?': null,
    },
  },
  {
    picture: 'images/coral-cat_720p.jpg',
    questions: {
      'Is there a kitty?': YES,
      'Are there any dogs at all?': NO,
      'Is the cat hungry?': null,
      'What is the cat looking at?': null,
    },
  },
  {
    picture: 'images/coral-hot_dog.jpg',
    questions: {
      'Is there a hotdog?': YES,
      'How many pizzas are there?': /no pizzas/i,
      'What does the receipt cost?': null,
      'Is the hot dog warm?': null,
    },
  },
  {
    picture: 'images/darknet-eagle.jpg',
    questions: {
      'How many birds do you see?': /one bird/i,
      'Is the bird brown?': YES,
      'Is it a duck?': null,
      'How wide are its wings?': null,
    },
  },
  {
    picture: 'images/coral-grace_hopper.bmp',
    questions: {
      'Is there a face?': YES,
      'How many faces can be seen?': /one face/i,
      'Who is this woman?': null,
      'When was this photo taken?': null,
    },
  },
  {
    picture: 'documents/rapidocr-en.jpg',
    questions: {
      'What is written?': /movieshots/i,
      'Does it mention "annotation"?': YES,
      'Is the author right?': null,
    },
  },
];
