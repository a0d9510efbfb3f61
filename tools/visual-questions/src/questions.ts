/**
 * Questions about the pictures of ../shared/fixtures, and the truth, written by looking at the pictures: not by asking the
 * engines. `null` is the truth of a question that objects, colours, text, codes and faces cannot answer: whoever answers it invents.
 */
export interface AskedOf {
  /** Below `fixtures`. */
  readonly picture: string;
  /** Question -> what a true answer matches. */
  readonly questions: Readonly<Record<string, RegExp | null>>;
}

const YES = /^yes\b/i;
const NO = /^no\b/i;

export const QUESTIONS: readonly AskedOf[] = [
  {
    picture: 'images/coral-pets.jpg',
    questions: {
      'How many dogs are there?': /\btwo dogs/i,
      'How many puppies do you see in this photo?': /\btwo dogs/i,
      'Are there three dogs?': NO,
      'Is there more than one dog?': YES,
      "Isn't there a dog?": YES,
      'Are there any cats in the picture?': NO,
      'What colours are in the picture?': /green/i,
      'Is there any green?': YES,
      'What breed are the dogs?': null,
      'Which dog is faster?': null,
      'Are the dogs friends?': null,
      'Is the dog on a leash?': null,
    },
  },
  {
    picture: 'images/darknet-dog.jpg',
    questions: {
      'Is there a bicycle?': YES,
      'Do you see a bike?': YES,
      'What color is the bicycle?': /red/i,
      "Where's the dog?": /left|bottom/i,
      'Is the dog to the left of the bicycle?': YES,
      'Is there a truck or a bus?': YES,
      'Are there no cats?': YES,
      "What is the dog's name?": null,
      'What is behind the dog?': null,
      'Who owns the bicycle?': null,
    },
  },
  {
    picture: 'images/darknet-person.jpg',
    questions: {
      'How many horses can you see?': /\bone horse/i,
      'What colour is the horse?': /white/i,
      'Is the horse right of the person?': YES,
      'On which side is the horse?': /right/i,
      'How many animals are there?': /two animals/i,
      'Which animals are in this picture?': /dog.*horse|horse.*dog/i,
      'Is there a dog and a horse?': YES,
      'Is there no person?': NO,
      'Is the person a man?': null,
      'What colour is the jacket?': null,
      'Is the horse eating?': null,
    },
  },
  {
    picture: 'images/000000002006.jpg',
    questions: {
      'What colour is the bus?': /purple/i,
      'Is the bus purple?': YES,
      'How many buses are there?': /one bus\b/i,
      'What is written on the bus?': /metrocentre|via Bens|96|south tyne/i,
      'Is the bus late?': null,
      'How many seats does the bus have?': null,
    },
  },
  {
    picture: 'images/000000001675.jpg',
    questions: {
      'Is there a feline?': YES,
      'How many cats are there in the image?': /one cat/i,
      'Is there a laptop computer?': YES,
      'What colour is the cat?': /black/i,
      'Is the cat above the laptop?': YES,
      'Is the cat asleep?': null,
      'How old is the cat?': null,
    },
  },
  {
    picture: 'images/000000001818.jpg',
    questions: {
      'How many zebras are there?': /two zebras/i,
      "Aren't there any zebras?": YES,
      'Are there no zebras?': NO,
      'What are the zebras eating?': null,
    },
  },
  {
    picture: 'images/000000000776.jpg',
    questions: {
      'How many teddy bears are there?': /three teddy bears/i,
      'Can you count the stuffed bears?': /three teddy bears/i,
      'Do you see a cat?': NO,
      'What are the teddy bears made of?': null,
    },
  },
  {
    picture: 'images/000000000632.jpg',
    questions: {
      'Is there a bed?': YES,
      'What colour is the bed?': /blue/i,
      'Does the picture show a dog?': NO,
      'Is there a lamp?': null,
      'Whose bed is this?': null,
    },
  },
  {
    picture: 'images/000000000802.jpg',
    questions: {
      'Is there a fridge?': YES,
      'What is the colour of the refrigerator?': /white/i,
      'Is there an oven in the photo?': YES,
      'How much did the fridge cost?': null,
    },
  },
  {
    picture: 'images/000000000885.jpg',
    questions: {
      'Is there a tennis racket?': YES,
      'How many tennis rackets are visible?': /one tennis racket/i,
      'What is written on the wall?': /morgan|polo/i,
      'Who is the player?': null,
      'Is he winning?': null,
    },
  },
  {
    picture: 'images/000000002592.jpg',
    questions: {
      'Is there a mug?': YES,
      'How many knives are there?': /one knife/i,
      'Is the knife below the cup?': YES,
      'What does the cup say?': /pirate|wells/i,
      'Is there a skull on the mug?': null,
    },
  },
  {
    picture: 'images/000000001532.jpg',
    questions: {
      'Are there cars?': YES,
      'What do the signs say?': /hollywood|sunset|ventura|blvd/i,
      'Is there a horse anywhere?': NO,
      'Is it rush hour?': null,
      'Which city is this?': null,
    },
  },
  {
    picture: 'images/000000003553.jpg',
    questions: {
      'Is there a skateboard?': YES,
      'How many skateboards are there?': /one skateboard/i,
      'How high can he jump?': null,
    },
  },
  {
    picture: 'images/coral-face.jpg',
    questions: {
      'How many faces are there?': /four faces/i,
      'Are there any people?': YES,
      'Who is the man on the left?': null,
      'Are they brothers?': null,
    },
  },
  {
    picture: 'images/coral-owl.jpg',
    questions: { 'Is there a bird?': YES, 'How many birds are there?': /one bird/i, 'Is it an owl?': null },
  },
  {
    picture: 'images/darknet-scream.jpg',
    questions: {
      'Is there a car?': NO,
      'Is there any orange in it?': YES,
      'Who painted this?': null,
      'Why is he screaming?': null,
    },
  },
  {
    picture: 'images/gcp-city.jpg',
    questions: { 'Is there an elephant?': NO, 'How many inhabitants live here?': null },
  },
  {
    picture: 'images/gcp-puppies.jpg',
    questions: { 'How many dogs are there?': /three dogs/i, 'How old are the puppies?': null },
  },
  {
    picture: 'images/gcp-logos.png',
    questions: {
      'What does it say?': /google/i,
      'What is written here?': /google/i,
      'Does it say "Google"?': YES,
      'Is there any text?': YES,
      'When was the company founded?': null,
    },
  },
  {
    picture: 'documents/tess-phototest.tif',
    questions: {
      'What does the text say?': /quick brown dog jumped over the lazy fox/i,
      'Can you read this page to me?': /12 point text/i,
      "Is the word 'fox' written here?": YES,
      'Is there a QR code?': NO,
      'Who wrote the text?': null,
    },
  },
  {
    picture: 'documents/gcp-text.jpg',
    questions: {
      'What does the screen say?': /preparation is complete/i,
      'How long will the update take?': null,
    },
  },
  {
    picture: 'documents/rapidocr-empty_black.jpg',
    questions: {
      'Is there any text?': NO,
      'What colour is the picture?': /black/i,
      'What does it say?': null,
    },
  },
];
