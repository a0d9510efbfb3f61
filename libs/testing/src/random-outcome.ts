import type { Outcome } from '@intermodal/pipeline';

/** What a task gives, drawn from a stream of numbers: mostly something, sometimes null, sometimes a failure. */
export function randomOutcome(draw: () => number, failsOneIn = 8): Outcome {
  if (draw() % failsOneIn === 0) return { state: 'failed', code: 'media.unreadable' };
  const item = () => ({ v: draw() % 10, list: draw() % 3 ? [{ v: draw() % 5, list: null }] : null });
  const list = draw() % 5 === 0 ? null : Array.from({ length: draw() % 4 }, item);
  return { state: 'completed', output: { value: draw() % 5 === 0 ? null : draw() % 100, list } };
}
