/** What a phrase asks for, apart from the things that it names. */
export type Cue =
  | 'count'
  | 'colour'
  | 'where'
  | 'read'
  | 'code'
  | 'face'
  | 'who'
  | 'long'
  | 'speech'
  | 'content'
  | 'exist'
  /** A verb that shows what the picture holds, unless a thing stands before it: then the thing does something. */
  | 'holds'
  | 'what'
  | 'without'
  | 'or'
  | 'picture'
  | 'carrier'
  | 'anything'
  | 'filler';

/** Phrase -> cue. The longest phrase that fits is taken first. */
export const CUES: ReadonlyMap<string, Cue> = new Map(
  (
    [
      ['count', 'how many|number of|what number of|amount of|count|count of|total number of|quantity of'],
      ['colour', 'color|colour|colors|colours|colored|coloured|hue|shade'],
      ['where', 'where|whereabouts|position|location|located|which side|what side|which part|what part'],
      [
        'read',
        'say|says|read|reads|written|text|word|words|lettering|inscription|letters|writing|caption|printed',
      ],
      ['code', 'qr code|qr codes|qr|bar code|bar codes|barcode|barcodes|code|codes|encoded'],
      ['face', 'face|faces'],
      ['who', 'who|whom|whose|identity|name of'],
      ['long', 'how long|duration|length|running time|run time|playing time'],
      ['filler', 'does it last|video last|film last|clip last|movie last|recording last'],
      ['speech', 'said|spoken|speak|speaks|speaking|talk|talks|talked|hear|heard|speech|transcript'],
      ['content', 'describe|objects|object|things|contents|content|summary|summarise|summarize'],
      [
        'exist',
        'there|any|some|you see|i see|we see|to see|seen|visible|shown|depicted|present|appear|appears',
      ],
      ['exist', 'found|you spot|you notice|you find|exist|exists'],
      ['holds', 'see|contain|contains|include|includes|show|shows|depict|depicts|have|has|feature|features'],
      ['what', 'what|which'],
      ['without', 'no|without|none|lack|lacks|free of|missing|absent'],
      ['or', 'or|either'],
      [
        'picture',
        'picture|image|photo|photograph|scene|pic|frame|view|video|film|clip|movie|recording|footage',
      ],
      [
        'carrier',
        'sign|page|document|poster|screen|logo|billboard|receipt|label|panel|wall|display|paper|banner',
      ],
      ['anything', 'anything|something|thing'],
      [
        'filler',
        'a|an|the|this|that|these|those|it|its|they|them|is|are|was|were|be|been|being|do|does|did|can',
      ],
      [
        'filler',
        'could|would|will|should|you|i|me|we|us|my|your|tell|please|kindly|of|in|on|at|to|by|and|as',
      ],
      [
        'filler',
        'anywhere|somewhere|here|inside|within|actually|really|currently|altogether|overall|total|let|know|give|if|wonder',
      ],
      [
        'filler',
        'whether|also|main|dominant|mostly|predominant|predominantly|primary|mainly|as well|s|hi|hello',
      ],
      ['filler', 'all|every|each|together|kind|kinds|sort|type|types|whole|entire|one|ones|both'],
    ] as const
  ).flatMap(([cue, phrases]) => phrases.split('|').map((phrase) => [phrase, cue] as const)),
);

export type Relation = 'left of' | 'right of' | 'above' | 'below' | 'next to';

export const RELATIONS: ReadonlyMap<string, Relation> = new Map([
  ['left of', 'left of'],
  ['to the left of', 'left of'],
  ['on the left of', 'left of'],
  ['right of', 'right of'],
  ['to the right of', 'right of'],
  ['on the right of', 'right of'],
  ['above', 'above'],
  ['over', 'above'],
  ['higher than', 'above'],
  ['below', 'below'],
  ['under', 'below'],
  ['beneath', 'below'],
  ['underneath', 'below'],
  ['next to', 'next to'],
  ['beside', 'next to'],
  ['near', 'next to'],
  ['close to', 'next to'],
  ['by the side of', 'next to'],
]);

export type Place = 'left' | 'right' | 'top' | 'bottom' | 'middle';

export const PLACES: ReadonlyMap<string, Place> = new Map([
  ['left', 'left'],
  ['left side', 'left'],
  ['left half', 'left'],
  ['left hand side', 'left'],
  ['right', 'right'],
  ['right side', 'right'],
  ['right half', 'right'],
  ['right hand side', 'right'],
  ['top', 'top'],
  ['at the top', 'top'],
  ['upper', 'top'],
  ['upper half', 'top'],
  ['bottom', 'bottom'],
  ['lower', 'bottom'],
  ['lower half', 'bottom'],
  ['middle', 'middle'],
  ['centre', 'middle'],
  ['center', 'middle'],
]);

export type Comparison = 'exactly' | 'at least' | 'more than' | 'fewer than' | 'at most';

export const COMPARISONS: ReadonlyMap<string, Comparison> = new Map([
  ['exactly', 'exactly'],
  ['only', 'exactly'],
  ['just', 'exactly'],
  ['at least', 'at least'],
  ['more than', 'more than'],
  ['over', 'more than'],
  ['fewer than', 'fewer than'],
  ['less than', 'fewer than'],
  ['at most', 'at most'],
  ['no more than', 'at most'],
]);
