import type { Box, Pixels } from '@intermodal/models';
import { Random } from '../random.ts';
import { COLOURS, anyColour, distance, varied } from './colours.ts';
import { DISTRACTORS } from './distractors.ts';
import { ICONS } from './icons.ts';
import type { Colour, Layer } from './shape.ts';
import { SHAPES } from './shapes.ts';

export interface DrawnThing {
  readonly label: string;
  readonly box: Box;
}

export interface Scene {
  readonly image: Pixels;
  readonly things: readonly DrawnThing[];
}

const DRAWINGS = { ...SHAPES, ...ICONS };
export const LABELS: readonly string[] = Object.keys(DRAWINGS).sort();

/** Edge of the dark line around some drawings. */
const OUTLINE = 1.09;
/** What is drawn must stand out by so much, in its worst channel. */
const LEAST_CONTRAST = 62;

/** Up to nine things and distractors on a plain, graded or two-part background, with noise. The same for the same seed. */
export function renderScene(seed: number): Scene {
  const random = new Random(seed);
  const width = random.whole(16, 30) * 16;
  const height = random.whole(15, 24) * 16;
  const canvas = paintBackground(random, width, height);
  const columns = random.whole(2, 4);
  const rows = random.whole(2, 3);
  const things: DrawnThing[] = [];
  for (let cell = 0; cell < columns * rows; cell++) {
    if (random.chance(0.25)) continue;
    const room = Math.min(width / columns, height / rows) * 0.92;
    const reach = (room / 2) * random.between(0.32, 0.82);
    if (reach < 12) continue;
    const slack = Math.max(room / 2 - reach * 1.1 - 3, 0);
    const x = ((cell % columns) + 0.5) * (width / columns) + random.between(-slack, slack);
    const y = (Math.floor(cell / columns) + 0.5) * (height / rows) + random.between(-slack, slack);
    const label = random.chance(0.3) ? undefined : random.pick(LABELS);
    const draw = label === undefined ? random.pick(DISTRACTORS) : DRAWINGS[label]!;
    const layers = legible(() => draw(random), colourAt(canvas, x, y));
    if (!layers) continue;
    const box = paint(canvas, layers, { x, y, reach, turn: random.normal() * 0.09 }, random);
    if (label !== undefined) things.push({ label, box });
  }
  addNoise(canvas, random);
  return { image: { width, height, rgb: Uint8Array.from(canvas.rgb) }, things };
}

interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8ClampedArray;
}

const colourAt = ({ width, rgb }: Canvas, x: number, y: number): Colour => {
  const at = (Math.round(y) * width + Math.round(x)) * 3;
  return [rgb[at]!, rgb[at + 1]!, rgb[at + 2]!];
};

/** Drawn again until every large part differs from the background, or given up. White faces and rims may be lost in it. */
function legible(draw: () => readonly Layer[], background: Colour): readonly Layer[] | undefined {
  const standsOut = ({ colour }: Layer) =>
    colour === COLOURS.white || distance(colour, background) >= LEAST_CONTRAST;
  for (let attempt = 0; attempt < 6; attempt++) {
    const layers = draw();
    if (layers.slice(0, 2).every(standsOut)) return layers;
  }
  return undefined;
}

function paintBackground(random: Random, width: number, height: number): Canvas {
  const canvas = { width, height, rgb: new Uint8ClampedArray(width * height * 3) };
  const pale = (): Colour =>
    varied(random.pick([COLOURS.white, [225, 235, 245], [245, 240, 220], [215, 235, 215]]), random, 10);
  const any = (): Colour => (random.chance(0.55) ? pale() : anyColour(random));
  const first = any();
  const kind = random.pick(['plain', 'plain', 'graded', 'parted']);
  const second = kind === 'plain' ? first : kind === 'graded' ? varied(first, random, 45) : any();
  const horizon = height * random.between(0.55, 0.85);
  for (let y = 0; y < height; y++) {
    const share = kind === 'graded' ? y / height : kind === 'parted' && y > horizon ? 1 : 0;
    for (let c = 0; c < 3; c++)
      for (let x = 0; x < width; x++)
        canvas.rgb[(y * width + x) * 3 + c] = first[c]! * (1 - share) + second[c]! * share;
  }
  return canvas;
}

/** Paints with four points a pixel, and gives the box of what was painted. */
function paint(
  canvas: Canvas,
  layers: readonly Layer[],
  place: { x: number; y: number; reach: number; turn: number },
  random: Random,
): Box {
  const outline = random.chance(0.35) ? COLOURS.black : undefined;
  const squeeze = random.between(0.9, 1.1);
  const [cos, sin] = [Math.cos(place.turn), Math.sin(place.turn)];
  const colourOf = (px: number, py: number): Colour | undefined => {
    const [dx, dy] = [(px - place.x) / place.reach, (py - place.y) / place.reach];
    const [x, y] = [(dx * cos + dy * sin) * squeeze, dy * cos - dx * sin];
    if (Math.abs(x) > OUTLINE || Math.abs(y) > OUTLINE) return undefined;
    for (let i = layers.length - 1; i >= 0; i--) if (layers[i]!.shape(x, y)) return layers[i]!.colour;
    if (outline && layers.some(({ shape }) => shape(x / OUTLINE, y / OUTLINE))) return outline;
    return undefined;
  };
  let [left, top, right, bottom] = [canvas.width, canvas.height, -1, -1];
  const far = place.reach * 1.6;
  for (let y = Math.max(0, Math.floor(place.y - far)); y < Math.min(canvas.height, place.y + far); y++)
    for (let x = Math.max(0, Math.floor(place.x - far)); x < Math.min(canvas.width, place.x + far); x++) {
      let painted = 0;
      const sum = [0, 0, 0];
      for (let i = 0; i < 4; i++) {
        const colour = colourOf(x + 0.25 + (i % 2) * 0.5, y + 0.25 + Math.floor(i / 2) * 0.5);
        if (!colour) continue;
        painted++;
        for (let c = 0; c < 3; c++) sum[c]! += colour[c]!;
      }
      if (painted === 0) continue;
      const at = (y * canvas.width + x) * 3;
      for (let c = 0; c < 3; c++) canvas.rgb[at + c] = (sum[c]! + canvas.rgb[at + c]! * (4 - painted)) / 4;
      if (painted < 2) continue;
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    }
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

function addNoise({ rgb }: Canvas, random: Random): void {
  const strength = random.chance(0.5) ? 0 : random.between(2, 12);
  if (strength === 0) return;
  for (let i = 0; i < rgb.length; i++) rgb[i] = rgb[i]! + random.between(-strength, strength);
}
