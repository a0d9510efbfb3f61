import { expect, test } from 'vitest';
import { MemoryBudget, type Holding } from './memory-budget.ts';

const { signal } = new AbortController();
const MIB = 1024 ** 2;

/** Models of a test in a budget of 10 MiB, and who left it. */
function house() {
  const budget = new MemoryBudget(10 * MIB, 'ROOM');
  const left: string[] = [];
  let uses = 0;
  const model = (name: string, mebibytes: number, options: { pinned?: boolean; isIdle?: boolean } = {}) => {
    const made: Holding & { isIdle: boolean } = {
      ...{ name, bytes: mebibytes * MIB, pinned: false, isIdle: true, usedAt: ++uses, ...options },
      evict: async () => {
        left.push(name);
        budget.leave(made);
      },
    };
    return made;
  };
  return { budget, left, model };
}

test('a model waits for one that runs, and nobody passes it', async () => {
  const { budget, left, model } = house();
  const running = model('running', 6, { isIdle: false });
  await budget.admit(running, signal);
  const order: string[] = [];
  const large = budget.admit(model('large', 8), signal).then(() => order.push('large'));
  const small = budget.admit(model('small', 1), signal).then(() => order.push('small'));
  budget.changed();
  running.isIdle = true;
  budget.changed();
  await Promise.all([large, small]);
  expect(order).toEqual(['large', 'small']);
  expect(left).toEqual(['running']);
});

test('who no longer wants to wait makes way for the next', async () => {
  const { budget, model } = house();
  await budget.admit(model('running', 6, { isIdle: false }), signal);
  const stop = new AbortController();
  const large = budget.admit(model('large', 8), stop.signal);
  const small = budget.admit(model('small', 1), signal);
  stop.abort(new Error('enough'));
  await expect(large).rejects.toThrow('enough');
  await small;
  expect(budget.held.map(({ name }) => name)).toEqual(['running', 'small']);
});

test('what pinned models leave is all that there can be', async () => {
  const { budget, left, model } = house();
  await budget.admit(model('pinned', 6, { pinned: true }), signal);
  await expect(budget.admit(model('large', 5), signal)).rejects.toMatchObject({
    code: 'model.too_large',
    message:
      'The model large needs about 5 MiB, and all models together may take 10 MiB here, of which pinned ones hold 6 MiB. ' +
      'Raise ROOM, or pin fewer models.',
  });
  await budget.admit(model('fits', 4), signal);
  await budget.shrink(2 * MIB);
  expect(left).toEqual(['fits']);
});
