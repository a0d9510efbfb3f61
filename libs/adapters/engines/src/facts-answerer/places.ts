import type { Box, DetectedObject, Facts } from '@intermodal/models';
import type { Place, Relation } from './phrases.ts';

type Size = NonNullable<Facts['picture']>;

/** Nearer to each other than this share of their mean size, two things stand next to each other. */
const NEAR = 0.5;
/** Centres that differ by less than this share of the smaller thing's size are on one line. */
const LEVEL = 0.25;

const centre = (box: Box) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });

/** Whether a box lies in a part of the picture, by its centre: the left half, the middle third. */
export function isAt(box: Box, place: Place, picture: Size): boolean {
  const x = centre(box).x / picture.width;
  const y = centre(box).y / picture.height;
  switch (place) {
    case 'left':
      return x < 0.5;
    case 'right':
      return x > 0.5;
    case 'top':
      return y < 0.5;
    case 'bottom':
      return y > 0.5;
    case 'middle':
      return x > 1 / 3 && x < 2 / 3;
  }
}

/** `at the top left`, `in the middle`, `on the right`. */
export function placeOf(box: Box, picture: Size): string {
  const third = (value: number) => Math.min(2, Math.max(0, Math.floor(value * 3)));
  const column = ['left', '', 'right'][third(centre(box).x / picture.width)]!;
  const row = ['top', '', 'bottom'][third(centre(box).y / picture.height)]!;
  if (row === '' && column === '') return 'in the middle';
  if (row === '') return `on the ${column}`;
  return column === '' ? `in the middle at the ${row}` : `at the ${row} ${column}`;
}

/** Whether the first box stands to the second as said. Undefined when they are on one line, so that neither can be said. */
export function stands(first: Box, relation: Relation, second: Box): boolean | undefined {
  const [a, b] = [centre(first), centre(second)];
  if (relation === 'next to') {
    const gapX = Math.max(
      0,
      Math.max(first.x, second.x) - Math.min(first.x + first.width, second.x + second.width),
    );
    const gapY = Math.max(
      0,
      Math.max(first.y, second.y) - Math.min(first.y + first.height, second.y + second.height),
    );
    const size = (Math.max(first.width, first.height) + Math.max(second.width, second.height)) / 2;
    return Math.hypot(gapX, gapY) < NEAR * size;
  }
  const horizontal = relation === 'left of' || relation === 'right of';
  const difference = horizontal ? b.x - a.x : b.y - a.y;
  const size = horizontal ? Math.min(first.width, second.width) : Math.min(first.height, second.height);
  if (Math.abs(difference) < LEVEL * size) return undefined;
  return relation === 'left of' || relation === 'above' ? difference > 0 : difference < 0;
}

/** Those in every one of the places. */
export const within = (
  objects: readonly DetectedObject[],
  places: readonly Place[],
  picture: Size | null,
): readonly DetectedObject[] =>
  picture ? objects.filter(({ box }) => places.every((place) => isAt(box, place, picture))) : objects;
