import { expect, test } from 'vitest';
import { Arrivals } from './arrivals.ts';

const never = () => false;

test('who is alone does not wait', async () => {
  await new Arrivals().wait('a', 2 ** 30, never);
});

test('it waits for those on the way to the same place, whether they arrive or turn back', async () => {
  const arrivals = new Arrivals();
  const [first, second, elsewhere] = ['a', 'a', 'b'].map((place) => arrivals.expect(place));
  let over = false;
  const waited = arrivals.wait('a', 2 ** 30, never).then(() => (over = true));
  first![Symbol.dispose]();
  first![Symbol.dispose]();
  await new Promise(setImmediate);
  expect(over).toBe(false);
  second![Symbol.dispose]();
  await waited;
  elsewhere![Symbol.dispose]();
});

test('it stops waiting when it is enough, and after its time', async () => {
  const arrivals = new Arrivals();
  using _late = arrivals.expect('a');
  await arrivals.wait('a', 1, never);
  let enough = false;
  const waited = arrivals.wait('a', 2 ** 30, () => enough);
  enough = true;
  arrivals.expect('b')[Symbol.dispose]();
  await waited;
});
