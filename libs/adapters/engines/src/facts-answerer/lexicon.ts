/**
 * Nouns that people use for what detectors call otherwise. Three tables, for three kinds of honesty: a synonym answers as the
 * label does; a group holds labels, so that "none of them" says nothing about its other members; and a narrower word is
 * more than the detector can tell, so that only "there is none" follows from it.
 */
const SYNONYMS: Readonly<Record<string, string>> = {
  bike: 'bicycle',
  cycle: 'bicycle',
  pushbike: 'bicycle',
  automobile: 'car',
  motorbike: 'motorcycle',
  aeroplane: 'airplane',
  plane: 'airplane',
  aircraft: 'airplane',
  jet: 'airplane',
  coach: 'bus',
  lorry: 'truck',
  ship: 'boat',
  human: 'person',
  'human being': 'person',
  someone: 'person',
  somebody: 'person',
  anyone: 'person',
  anybody: 'person',
  individual: 'person',
  puppy: 'dog',
  pup: 'dog',
  doggy: 'dog',
  hound: 'dog',
  canine: 'dog',
  kitten: 'cat',
  kitty: 'cat',
  feline: 'cat',
  pony: 'horse',
  bull: 'cow',
  sofa: 'couch',
  settee: 'couch',
  table: 'dining table',
  television: 'tv',
  'tv set': 'tv',
  'tv monitor': 'tv',
  monitor: 'tv',
  notebook: 'laptop',
  'laptop computer': 'laptop',
  phone: 'cell phone',
  mobile: 'cell phone',
  'mobile phone': 'cell phone',
  smartphone: 'cell phone',
  fridge: 'refrigerator',
  stove: 'oven',
  cooker: 'oven',
  mug: 'cup',
  wineglass: 'wine glass',
  'glass of wine': 'wine glass',
  teddy: 'teddy bear',
  'stuffed bear': 'teddy bear',
  hotdog: 'hot dog',
  doughnut: 'donut',
  'house plant': 'potted plant',
  ski: 'skis',
  racket: 'tennis racket',
  racquet: 'tennis racket',
  'tennis racquet': 'tennis racket',
  bag: 'handbag',
  purse: 'handbag',
  rucksack: 'backpack',
  necktie: 'tie',
  'traffic signal': 'traffic light',
  stoplight: 'traffic light',
  'stop light': 'traffic light',
  hydrant: 'fire hydrant',
  'hair dryer': 'hair drier',
};

/**
 * The labels among `labels` that mean the word: itself, or any that means the same. Detectors name the same thing differently,
 * `airplane` or `aeroplane`, so no spelling is taken for the right one.
 */
export function labelsOf(word: string, labels: ReadonlySet<string>): readonly string[] {
  const meaning = Object.hasOwn(SYNONYMS, word) ? SYNONYMS[word]! : word;
  return [meaning, ...(SAME_MEANING.get(meaning) ?? [])].filter((label) => labels.has(label));
}

const SAME_MEANING: ReadonlyMap<string, readonly string[]> = new Map([
  ...Map.groupBy(Object.keys(SYNONYMS), (word) => SYNONYMS[word]!),
]);

export const isSynonym = (word: string): boolean => Object.hasOwn(SYNONYMS, word) || SAME_MEANING.has(word);

/**
 * What detectors take for each other. Where one of a set is seen, another of it that is not seen may be there all the same.
 */
const CONFUSED: readonly (readonly string[])[] = [
  ['car', 'truck', 'bus'],
  ['dog', 'bear', 'teddy bear'],
  ['sheep', 'cow', 'horse'],
  ['laptop', 'keyboard', 'tv'],
  ['cup', 'bowl', 'vase'],
  ['couch', 'chair', 'bed'],
  ['backpack', 'handbag', 'suitcase'],
  ['fork', 'knife', 'spoon'],
  ['skis', 'snowboard'],
  ['bicycle', 'motorcycle'],
  ['cake', 'donut'],
  ['mouse', 'remote', 'cell phone'],
];

export const areConfused = (one: string, other: string): boolean => {
  const [a, b] = [one, other].map((label) => (Object.hasOwn(SYNONYMS, label) ? SYNONYMS[label]! : label));
  return a !== b && CONFUSED.some((set) => set.includes(a!) && set.includes(b!));
};

const ANIMALS = ['bird', 'cat', 'dog', 'horse', 'sheep', 'cow', 'elephant', 'bear', 'zebra', 'giraffe'];
const VEHICLES = ['bicycle', 'car', 'motorcycle', 'airplane', 'bus', 'train', 'truck', 'boat'];
const FRUIT = ['banana', 'apple', 'orange'];

export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  animal: ANIMALS,
  creature: ANIMALS,
  pet: ['dog', 'cat'],
  vehicle: VEHICLES,
  'motor vehicle': ['car', 'motorcycle', 'bus', 'truck'],
  furniture: ['chair', 'couch', 'bed', 'dining table', 'bench'],
  fruit: FRUIT,
  food: [...FRUIT, 'sandwich', 'broccoli', 'carrot', 'hot dog', 'pizza', 'donut', 'cake'],
  cutlery: ['fork', 'knife', 'spoon'],
  shape: ['circle', 'square', 'triangle', 'rectangle', 'star'],
};

/** A word -> the label that it is a kind of. */
export const NARROWER: Readonly<Record<string, string>> = {
  ...kindsOf('person', [
    ...[
      'man',
      'woman',
      'boy',
      'girl',
      'child',
      'kid',
      'baby',
      'lady',
      'guy',
      'adult',
      'player',
      'skier',
      'surfer',
    ],
    ...[
      'batter',
      'umpire',
      'driver',
      'policeman',
      'soldier',
      'athlete',
      'catcher',
      'pitcher',
      'cyclist',
      'rider',
    ],
  ]),
  ...kindsOf('bird', [
    ...[
      'owl',
      'eagle',
      'duck',
      'swan',
      'goose',
      'parrot',
      'chickadee',
      'penguin',
      'chicken',
      'pigeon',
      'heron',
    ],
  ]),
  ...kindsOf('dog', ['poodle', 'retriever', 'labrador', 'terrier', 'bulldog', 'husky', 'greyhound']),
  ...kindsOf('car', ['taxi', 'cab', 'suv', 'limousine', 'convertible']),
  ...kindsOf('truck', ['pickup', 'pickup truck', 'fire engine', 'fire truck']),
  ...kindsOf('boat', ['sailboat', 'canoe', 'ferry', 'yacht', 'kayak']),
  ...kindsOf('cat', ['tabby', 'siamese']),
  ...kindsOf('sports ball', ['football', 'basketball', 'tennis ball', 'baseball', 'soccer ball']),
};

function kindsOf(label: string, kinds: readonly string[]): Record<string, string> {
  return Object.fromEntries(kinds.map((kind) => [kind, label]));
}

/** Other words for the eleven colours that can be told apart. */
export const COLOURS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      ...['black', 'white', 'grey', 'red', 'orange', 'yellow', 'green', 'blue', 'purple', 'pink', 'brown'],
    ].map((name) => [name, name]),
  ),
  gray: 'grey',
  violet: 'purple',
  lilac: 'purple',
};
