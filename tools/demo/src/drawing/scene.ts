import { Canvas } from './canvas.ts';
import { centred, letters } from './letters.ts';
import { circle, rectangle } from './shapes.ts';
import { board, clock, COLOURS, house, stopSign, tree } from './things.ts';

/** What the demo asks about: a street with a stop sign, a clock and a text, in clear colours. */
export function scene(): Buffer {
  const canvas = street(960, 640).fill(COLOURS.yellow, circle(480, 64, 38));
  house(canvas, 480, 520, 230);
  stopSign(canvas, 190, 250, 130);
  clock(canvas, 785, 235, 125);
  board(canvas, 'OPEN TODAY', 480, 565, 34);
  return canvas.png();
}

/** The scenes of the film, at its size: a street, a title, a room. */
export function filmScenes(title: string): Buffer[] {
  const first = street(640, 360);
  tree(first, 520, 300, 200);
  stopSign(first, 220, 140, 100);
  const second = new Canvas(640, 360, COLOURS.night).fill(
    COLOURS.white,
    ...letters(title, { x: centred(title, 320, 50), y: 155, height: 50 }),
  );
  const third = new Canvas(640, 360, COLOURS.cream).fill(COLOURS.brown, rectangle(0, 300, 640, 60));
  clock(third, 320, 150, 115);
  return [first, second, third].map((canvas) => canvas.png());
}

/** Sky and ground. */
function street(width: number, height: number): Canvas {
  const ground = height * 0.8;
  return new Canvas(width, height, COLOURS.sky).fill(
    COLOURS.green,
    rectangle(0, ground, width, height - ground),
  );
}
