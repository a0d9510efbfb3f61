import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RequestLimiter } from './request-limiter.ts';

const { signal } = new AbortController();
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('RequestLimiter', () => {
  it('gives as many places as there are, and the next to whoever has waited longest', async () => {
    const limiter = new RequestLimiter({ maxInFlight: 2 });
    const order: string[] = [];
    const take = async (name: string) => {
      const place = await limiter.place(signal);
      order.push(name);
      return place;
    };
    const [a, b] = await Promise.all([take('a'), take('b')]);
    const [c, d] = [take('c'), take('d')];
    await vi.advanceTimersByTimeAsync(0);
    expect(order).toEqual(['a', 'b']);
    b[Symbol.dispose]();
    using _c = await c;
    expect(order).toEqual(['a', 'b', 'c']);
    a[Symbol.dispose]();
    using _d = await d;
    expect(order).toEqual(['a', 'b', 'c', 'd']);
  });

  it('sends no more than so many in any minute', async () => {
    const limiter = new RequestLimiter({ maxInFlight: 1, maxPerMinute: 2 });
    let sent = 0;
    const send = async () => {
      await limiter.turn(signal);
      sent += 1;
    };
    await send();
    await vi.advanceTimersByTimeAsync(30_000);
    const rest = [send(), send(), send(), send()];
    await vi.advanceTimersByTimeAsync(29_999);
    expect(sent).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toBe(3);
    await vi.advanceTimersByTimeAsync(29_999);
    expect(sent).toBe(3);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toBe(4);
    await vi.advanceTimersByTimeAsync(30_000);
    await Promise.all(rest);
    expect(sent).toBe(5);
  });

  it('forgets who was told to stop, and gives the place to the next', async () => {
    const limiter = new RequestLimiter({ maxInFlight: 1, maxPerMinute: 1 });
    const first = await limiter.place(signal);
    await limiter.turn(signal);
    const stop = new AbortController();
    const reason = new Error('told to stop');
    const stopped = [limiter.place(stop.signal), limiter.turn(stop.signal)];
    const next = limiter.place(signal);
    const nextTurn = limiter.turn(signal);
    stop.abort(reason);
    for (const it of stopped) await expect(it).rejects.toBe(reason);
    await expect(limiter.place(stop.signal)).rejects.toBe(reason);
    first[Symbol.dispose]();
    using _next = await next;
    await vi.advanceTimersByTimeAsync(60_000);
    await nextTurn;
  });
});
