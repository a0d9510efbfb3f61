import { describe, expect, test } from 'vitest';
import { Failpoints, type Failpoint } from './failpoints.ts';

describe('failpoints', () => {
  test('act at their passage, before or after the work, and never again', async () => {
    const hits: Failpoint[] = [];
    const failpoints = new Failpoints('claim.before:2:throw,claim.after:2:throw', (point) =>
      hits.push(point),
    );
    let worked = 0;
    const claim = () => failpoints.around(['claim'], async () => ++worked);
    await claim();
    await expect(claim()).rejects.toMatchObject({ code: 'store.unavailable' });
    expect(worked).toBe(1);
    await expect(claim()).rejects.toMatchObject({ code: 'store.unavailable' });
    expect(worked).toBe(2);
    expect(await claim()).toBe(3);
    expect(hits).toEqual(['claim.before', 'claim.after']);
  });

  test('that are not armed let everything pass', async () => {
    const failpoints = new Failpoints(undefined, () => expect.unreachable());
    expect(await failpoints.around(['complete', 'fail'], async () => 7)).toBe(7);
  });

  test.for(['nothing.before:1', 'claim:1', 'claim.before', 'claim.before:0', 'claim.before:1:explode'])(
    'a text that names none is refused: %s',
    (text) => {
      expect(() => new Failpoints(text, () => {})).toThrow(/is no failpoint/);
    },
  );
});
