/** A question as words: lower case, without punctuation, short forms written out. What stands in quotes is kept aside. */
export interface Words {
  readonly words: readonly string[];
  /** What stood in quotes, as it was written. */
  readonly quoted: readonly string[];
}

export function wordsOf(question: string): Words {
  const quoted: string[] = [];
  const plain = question
    .normalize('NFKC')
    .replaceAll(/[’‘]/g, "'")
    .replaceAll(/["“”«»]([^"“”«»]{1,200})["“”«»]/g, (_, inner: string) => {
      quoted.push(inner);
      return ' ';
    })
    .toLowerCase();
  const long = SHORT_FORMS.reduce((text, [short, form]) => text.replaceAll(short, form), plain);
  const words = long
    .replaceAll(/'s\b/g, ' ')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  return { words, quoted };
}

const SHORT_FORMS: readonly (readonly [RegExp, string])[] = [
  [/\bcan't\b/g, 'can not'],
  [/\bwon't\b/g, 'will not'],
  [/n't\b/g, ' not'],
  [/\b(what|where|who|there|it|that|how|here)'?s\b(?!\s*')/g, '$1 is'],
  [/\b(what|where|who|there|they|you|we)'?re\b/g, '$1 are'],
  [/\bwhats\b/g, 'what is'],
  [/\bi'd\b/g, 'i would'],
  [/'(ll|ve|m|d)\b/g, ' '],
];

/** The forms that a word may be the plural of, itself first. */
export function singulars(word: string): string[] {
  const forms = [word];
  const irregular = IRREGULAR[word];
  if (irregular !== undefined) forms.push(irregular);
  if (word.endsWith('ies')) forms.push(`${word.slice(0, -3)}y`);
  if (/(?:s|x|z|ch|sh|o)es$/.test(word)) forms.push(word.slice(0, -2));
  if (word.endsWith('ves')) forms.push(`${word.slice(0, -3)}f`, `${word.slice(0, -3)}fe`);
  if (/[^s]s$/.test(word)) forms.push(word.slice(0, -1));
  return forms;
}

const IRREGULAR: Readonly<Record<string, string>> = {
  people: 'person',
  persons: 'person',
  men: 'man',
  women: 'woman',
  children: 'child',
  mice: 'mouse',
  geese: 'goose',
  wolves: 'wolf',
  feet: 'foot',
  teeth: 'tooth',
};

const SAME = new Set(['sheep', 'skis', 'scissors', 'bus', 'glass', 'tennis', 'grass', 'fish', 'deer']);

export const pluralOf = (noun: string): string => {
  const last = noun.split(' ').at(-1)!;
  if (SAME.has(last) && !['bus', 'glass'].includes(last)) return noun;
  const irregular = Object.keys(IRREGULAR).find((plural) => IRREGULAR[plural] === last);
  if (irregular !== undefined) return noun.slice(0, -last.length) + irregular;
  if (/(?:s|x|z|ch|sh)$/.test(last)) return `${noun}es`;
  if (/[^aeiou]y$/.test(last)) return `${noun.slice(0, -1)}ies`;
  return last === 'knife' ? 'knives' : `${noun}s`;
};

const NUMBERS = [
  ...[
    'zero',
    'one',
    'two',
    'three',
    'four',
    'five',
    'six',
    'seven',
    'eight',
    'nine',
    'ten',
    'eleven',
    'twelve',
  ],
];

export const numberOf = (word: string): number | undefined => {
  if (/^\d{1,6}$/.test(word)) return Number(word);
  const index = NUMBERS.indexOf(word);
  return index === -1 ? undefined : index;
};

/** `one dog`, `two dogs`, `no dogs`. */
export const counted = (count: number, noun: string): string =>
  `${count === 0 ? 'no' : (NUMBERS[count] ?? String(count))} ${count === 1 ? noun : pluralOf(noun)}`;

export const listed = (items: readonly string[]): string =>
  items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)!}`;

export const withArticle = (noun: string): string => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;

export const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
