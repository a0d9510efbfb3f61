import { describe, expect, test } from 'vitest';
import { cancelJob, given, readyPaths } from './executor.ts';
import { fail, make, start, states, succeed } from './toy-job.testing.ts';

// Decision 0009, sentence by sentence. The SQL functions are held to this executor by the property test of the records.

describe('a node that failed under `onError: fail` ends its scope', () => {
  test('ending the scope of the job fails the job, and its open tasks are cancelled', () => {
    const job = start({ one: make(1), two: make('$one.value'), other: make(2) });
    fail(job, 'one');
    expect(job).toMatchObject({ state: 'failed', error: 'media.unreadable', output: null });
    expect(states(job)).toEqual({ one: 'failed', two: 'cancelled', other: 'cancelled' });
  });

  test('ending an item cancels what is open in it, also in the eaches inside it, and nothing else', () => {
    const job = start(
      {
        outer: {
          ...{ each: '$input.list', as: 'list', join: 'always' },
          nodes: {
            inner: { each: '$list', as: 'it', nodes: { deep: make('$it') }, collect: {} },
            beside: make(1),
            after: make('$beside.value'),
          },
          collect: {},
        },
      },
      { list: [[1, 2], [3]] },
    );
    succeed(job, 'outer[0].inner[0].deep');
    fail(job, 'outer[0].beside');
    expect(states(job)).toEqual({
      outer: 'running',
      'outer[0].inner': 'cancelled',
      'outer[0].inner[0].deep': 'completed',
      'outer[0].inner[1].deep': 'cancelled',
      'outer[0].beside': 'failed',
      'outer[0].after': 'cancelled',
      'outer[1].inner': 'running',
      'outer[1].inner[0].deep': 'ready',
      'outer[1].beside': 'ready',
      'outer[1].after': 'waiting',
    });
    expect(job.state).toBe('running');
  });
});

describe('what the join of an each says', () => {
  const quorum = (k: number) => ({ quorum: k });
  /** `+1`: item 1 turns out good; `-1`: bad. What is left of the items was cancelled. */
  test.each([
    ['all', ['+0', '+1', '+2'], 'completed', ['v0', 'v1', 'v2']],
    ['all', ['-1'], 'failed', null],
    ['all', ['+0', '+2', '-1'], 'failed', null],
    ['any', ['+1'], 'completed', [null, 'v1', null]],
    ['any', ['-0', '-2', '+1'], 'completed', [null, 'v1', null]],
    ['any', ['-0', '-2', '-1'], 'failed', null],
    [quorum(2), ['+2', '+0'], 'completed', ['v0', null, 'v2']],
    [quorum(2), ['+0', '-1', '+2'], 'completed', ['v0', null, 'v2']],
    [quorum(2), ['-0', '-1'], 'failed', null],
    [quorum(3), ['+0', '-1'], 'failed', null],
    [quorum(3), ['+0', '+1', '+2'], 'completed', ['v0', 'v1', 'v2']],
    ['always', ['+0', '+1', '+2'], 'completed', ['v0', 'v1', 'v2']],
    ['always', ['+0', '-1', '+2'], 'completed', ['v0', null, 'v2']],
    ['always', ['-0', '-1', '-2'], 'completed', [null, null, null]],
  ])('of three items under %j after %j: %s', (join, events, state, output) => {
    const nodes = {
      made: {
        each: '$input.list',
        as: 'it',
        join,
        nodes: { one: make('$it') },
        collect: { v: '$one.value' },
      },
    };
    const job = start(nodes, { list: [0, 1, 2] });
    const item = (event: string) => Number(event[1]);
    for (const event of events) {
      expect(states(job)['made']).toBe('running');
      if (event.startsWith('+')) succeed(job, `made[${item(event)}].one`, `v${item(event)}`);
      else fail(job, `made[${item(event)}].one`);
    }
    const each = job.tasks.get('made')!;
    expect(each.state).toBe(state);
    expect(each.output).toEqual(output && output.map((v) => (v === null ? null : { v })));
    for (const i of [0, 1, 2])
      if (!events.map(item).includes(i)) expect(states(job)[`made[${i}].one`]).toBe('cancelled');
    expect(job.state).toBe(state);
  });

  test.each([
    ['all', [], 'completed', []],
    ['any', [], 'completed', []],
    ['always', [], 'completed', []],
    [quorum(1), [], 'failed', null],
    [quorum(2), [1], 'failed', null],
  ])(
    'of a list that is empty or shorter than the quorum, under %j: %j is %s at once',
    (join, list, state, output) => {
      const nodes = {
        made: { each: '$input.list', as: 'it', join, nodes: { one: make('$it') }, collect: {} },
      };
      const job = start(nodes, { list });
      expect(job.tasks.get('made')).toMatchObject({
        ...{ state, output },
        error: state === 'failed' ? 'input.invalid' : null,
      });
      expect([...job.tasks.keys()]).toEqual(['made']);
    },
  );

  test('an item is good when all its tasks are final, whatever was skipped in it', () => {
    const nodes = {
      made: {
        ...{ each: '$input.list', as: 'it', join: { quorum: 2 } },
        nodes: { one: make('$it', { onError: 'skip' }), two: make('$one.value') },
        collect: { two: '$two.value' },
      },
    };
    // An item that is null: its first node is skipped at once, and so is the second.
    const job = start(nodes, { list: [null, 1] });
    expect(states(job)['made[0].two']).toBe('skipped');
    fail(job, 'made[1].one');
    expect(job.tasks.get('made')).toMatchObject({
      state: 'completed',
      output: [{ two: null }, { two: null }],
    });
  });

  test('items that are final at once are told in order: the first good one decides', () => {
    const nodes = {
      made: {
        each: '$input.list',
        as: 'it',
        join: 'any',
        nodes: { one: make('$it') },
        collect: { it: '$it' },
      },
    };
    const job = start(nodes, { list: [null, null] });
    expect(job.tasks.get('made')!.output).toEqual([{ it: null }, null]);
  });

  test('three levels: an inner each that fails ends its item, and the outer join says what that means', () => {
    const nodes = {
      pages: {
        ...{ each: '$input.pages', as: 'page', join: 'any' },
        nodes: {
          lines: {
            ...{ each: '$page', as: 'line', join: { quorum: 1 } },
            nodes: {
              words: { each: '$line', as: 'word', nodes: { w: make('$word') }, collect: { w: '$w.value' } },
            },
            collect: { words: '$words' },
          },
        },
        collect: { lines: '$lines' },
      },
    };
    const job = start(
      nodes,
      {
        pages: [
          [[1, 2], [3]],
          [[4], [5]],
        ],
      },
      { pages: '$pages' },
    );
    fail(job, 'pages[0].lines[0].words[0].w');
    expect(states(job)).toMatchObject({
      'pages[0].lines[0].words': 'failed',
      'pages[0].lines[0].words[1].w': 'cancelled',
      'pages[0].lines': 'running',
    });
    fail(job, 'pages[0].lines[1].words[0].w');
    expect(states(job)).toMatchObject({ 'pages[0].lines': 'failed', pages: 'running' });
    succeed(job, 'pages[1].lines[1].words[0].w', 'five');
    expect(states(job)).toMatchObject({ 'pages[1].lines[0].words[0].w': 'cancelled' });
    expect(job).toMatchObject({
      state: 'completed',
      output: { pages: [null, { lines: [null, { words: [{ w: 'five' }] }] }] },
    });
  });
});

describe('a failed each', () => {
  const nodes = (more: object) => ({
    made: { each: '$input.list', as: 'it', nodes: { one: make('$it') }, collect: {}, ...more },
    after: make('$made'),
  });

  test('carries the error of the item that decided it, and ends what is around it', () => {
    const job = start(nodes({}), { list: [1, 2] });
    fail(job, 'made[1].one');
    expect(job.tasks.get('made')).toMatchObject({ state: 'failed', error: 'media.unreadable', output: null });
    expect(job).toMatchObject({ state: 'failed', error: 'media.unreadable' });
  });

  test('under `onError: skip` gives null', () => {
    const job = start(nodes({ onError: 'skip' }), { list: [1, 2] });
    fail(job, 'made[1].one');
    expect(states(job)).toMatchObject({ made: 'failed', after: 'skipped' });
    expect(job.state).toBe('completed');
  });

  test('under `onError: default` gives what stands in `default`', () => {
    const job = start(nodes({ onError: 'default', default: ['$$none'] }), { list: 'no list' });
    expect(job.tasks.get('made')).toMatchObject({
      state: 'failed',
      error: 'input.invalid',
      output: ['$none'],
    });
    expect(given(job, 'after').input).toEqual({ a: ['$none'] });
  });

  test('a list that is not there skips the each', () => {
    expect(start(nodes({ join: { quorum: 1 } }), { list: null }).tasks.get('made')).toMatchObject({
      state: 'skipped',
      error: 'input.absent',
    });
  });
});

test('a stage under `onError: default`: a port that is left out is null, and the task stays failed', () => {
  const job = start(
    {
      one: make(1, { onError: 'default', default: { value: 5 } }),
      two: make('$one.value'),
      three: make('$one.more'),
    },
    {},
    { 'two?': '$two.value' },
  );
  fail(job, 'one');
  expect(job.tasks.get('one')).toMatchObject({ state: 'failed', output: { value: 5, more: null } });
  expect(states(job)).toMatchObject({ two: 'ready', three: 'skipped' });
  succeed(job, 'two', 'done');
  expect(job).toMatchObject({ state: 'completed', output: { two: 'done' } });
});

describe('`when` gates a node', () => {
  const x = '$input.x';
  test.each<[unknown, unknown[], unknown[]]>([
    [x, [1, -1, 'a', [0], {}, true], [null, false, 0, '', []]],
    [{ equals: [x, 1] }, [1, 1.0], [2, '1', null, [1]]],
    [{ equals: [x, { a: [1, 'b'] }] }, [{ a: [1, 'b'] }], [{ a: [1] }, { a: [1, 'b'], c: null }]],
    [{ equals: [x, null] }, [null], [0, '']],
    [{ in: [x, ['es', 'fr']] }, ['es'], ['de', null]],
    [{ in: [2, x] }, [[1, 2]], [[1], 2, '2', null, { 2: 2 }]],
    [{ less: [x, 3] }, [2, -1], [3, 4, '2', null, true]],
    [{ greater: [x, 3] }, [3.5], [3, 2, '4', null, [4]]],
    [{ not: x }, [null, 0], [1]],
    [{ not: { less: [x, 3] } }, ['not a number', 3], [2]],
    [{ all: [{ greater: [x, 1] }, { less: [x, 3] }] }, [2], [1, 3]],
    [{ any: [{ less: [x, 1] }, { greater: [x, 3] }] }, [0, 4], [1, 3]],
  ])('%j', (when, holds, holdsNot) => {
    const runs = (value: unknown) =>
      states(start({ one: make(1, { when }) }, { x: value }))['one'] === 'ready';
    expect(holds.map(runs)).toEqual(holds.map(() => true));
    expect(holdsNot.map(runs)).toEqual(holdsNot.map(() => false));
  });

  test('a condition that does not hold skips the node, and that is no warning; what needs it is skipped for want', () => {
    const job = start({ one: make(1, { when: x }), two: make('$one.value'), three: make(1) }, { x: false });
    expect(job.tasks.get('one')).toMatchObject({ state: 'skipped', error: null, output: null });
    expect(job.tasks.get('two')).toMatchObject({ state: 'skipped', error: 'input.absent' });
    expect(states(job)['three']).toBe('ready');
  });

  test('it is looked at before the required inputs, and before the list', () => {
    const each = { each: x, as: 'it', when: x, nodes: { in: make(1) }, collect: {} };
    const job = start({ one: make(x, { when: x }), two: each }, { x: null });
    expect([...job.tasks.values()].map(({ error }) => error)).toEqual([null, null]);
  });

  test('a node waits for what its condition refers to', () => {
    const job = start({ one: make(1), two: make(2, { when: { greater: ['$one.value', 5] } }) });
    expect(states(job)).toEqual({ one: 'ready', two: 'waiting' });
    succeed(job, 'one', 6);
    expect(states(job)['two']).toBe('ready');
  });

  test('in an each it is asked for every item', () => {
    const nodes = {
      made: {
        ...{ each: x, as: 'it', collect: { v: '$one.value' } },
        nodes: { one: make('$it', { when: { greater: ['$it', 1] } }) },
      },
    };
    const job = start(nodes, { x: [1, 2] }, { made: '$made' });
    expect(readyPaths(job)).toEqual(['made[1].one']);
    succeed(job, 'made[1].one', 'two');
    expect(job.output).toEqual({ made: [{ v: null }, { v: 'two' }] });
  });
});

describe('what comes too late', () => {
  test('of a task that was cancelled changes nothing', () => {
    const nodes = {
      made: {
        each: '$input.list',
        as: 'it',
        join: 'any',
        nodes: { one: make('$it') },
        collect: { v: '$one.value' },
      },
      after: make('$made'),
    };
    const job = start(nodes, { list: [0, 1] });
    succeed(job, 'made[1].one', 'first');
    const before = states(job);
    expect(succeed(job, 'made[0].one', 'late')).toBe(false);
    expect(fail(job, 'made[0].one')).toBe(false);
    expect(states(job)).toEqual(before);
    expect(given(job, 'after').input).toEqual({ a: [null, { v: 'first' }] });
  });

  test('of a task that is settled already changes nothing', () => {
    const job = start({ one: make(1), two: make('$one.value') });
    expect(succeed(job, 'one')).toBe(true);
    expect(fail(job, 'one')).toBe(false);
    expect(job.state).toBe('running');
  });

  test('a cancelled job stays cancelled', () => {
    const job = start(
      { made: { each: '$input.list', as: 'it', nodes: { one: make('$it') }, collect: {} }, other: make(1) },
      { list: [1] },
    );
    cancelJob(job);
    expect(states(job)).toEqual({ made: 'cancelled', 'made[0].one': 'cancelled', other: 'cancelled' });
    expect(succeed(job, 'other')).toBe(false);
    expect(job).toMatchObject({ state: 'cancelled', error: 'job.cancelled' });
  });
});

test('a required output without a value fails the job, with the error of what failed first', () => {
  const job = start(
    { one: make(1, { onError: 'skip' }), two: make('$one.value') },
    {},
    { two: '$two.value' },
  );
  fail(job, 'one');
  expect(job).toMatchObject({ state: 'failed', error: 'media.unreadable', output: null });
});
