import { newUuid } from '@intermodal/contracts';
import type { Delivery, TaskQueue } from '@intermodal/pipeline';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** What every TaskQueue must do, and no more: deliveries may be lost or doubled, the records repair that. */
export function taskQueueContract(name: string, open: () => TaskQueue): void {
  let queue: TaskQueue;
  beforeAll(() => {
    queue = open();
  });
  afterAll(() => queue.close());

  const stage = 'toy.make@1';
  const one = (): Delivery => ({ stage, tasks: [{ id: newUuid(), attempt: 0 }] });

  test(`${name}: a delivery reaches a consumer of its stage, with all of its tasks and their attempts`, async () => {
    const tasks = [
      { id: newUuid(), attempt: 3 },
      { id: newUuid(), attempt: 0 },
    ];
    const arrived = Promise.withResolvers<Delivery>();
    const consumer = await queue.consume([stage], async (delivery) => arrived.resolve(delivery), {
      concurrency: 1,
    });
    await queue.send([
      { stage: 'toy.other@1', tasks: [{ id: newUuid(), attempt: 0 }] },
      { stage, tasks },
    ]);
    expect(await arrived.promise).toEqual({ stage, tasks });
    await consumer.close();
  });

  test(`${name}: what is sent before anybody consumes is kept`, async () => {
    const ids = Array.from({ length: 50 }, () => newUuid());
    await queue.send(ids.map((id) => ({ stage, tasks: [{ id, attempt: 0 }] })));
    const left = new Set(ids);
    const all = Promise.withResolvers<void>();
    const consumer = await queue.consume(
      [stage],
      async ({ tasks }) => {
        for (const { id } of tasks) left.delete(id);
        if (left.size === 0) all.resolve();
      },
      { concurrency: 5 },
    );
    await all.promise;
    await consumer.close();
  });

  test(`${name}: no more handlers at a time than asked for, and close waits for them`, async () => {
    let running = 0;
    let most = 0;
    let done = 0;
    const full = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const consumer = await queue.consume(
      [stage],
      async () => {
        most = Math.max(most, ++running);
        if (running === 2) full.resolve();
        await gate.promise;
        running -= 1;
        done += 1;
      },
      { concurrency: 2 },
    );
    await queue.send(Array.from({ length: 6 }, one));
    await full.promise;
    const closed = consumer.close();
    gate.resolve();
    await closed;
    expect(most).toBe(2);
    expect(running).toBe(0);
    expect(done).toBeGreaterThanOrEqual(2);
  });

  test(`${name}: a handler that throws takes neither the consumer nor the process with it`, async () => {
    const second = Promise.withResolvers<void>();
    let calls = 0;
    const consumer = await queue.consume(
      [stage],
      async () => {
        calls += 1;
        if (calls === 1) throw new Error('not now');
        second.resolve();
      },
      { concurrency: 1 },
    );
    await queue.send([one()]);
    await queue.send([one()]);
    await second.promise;
    await consumer.close();
  });

  test(`${name}: changes are heard by who listens`, async () => {
    const heard = Promise.withResolvers<string>();
    const jobId = newUuid();
    const listening = await queue.listen((id) => heard.resolve(id));
    // The subscription is made in the background: told again until it is heard.
    const told = setInterval(() => void queue.announce([jobId]).catch(() => {}), 20);
    expect(await heard.promise).toBe(jobId);
    clearInterval(told);
    await listening.close();
  });

  test(`${name}: what tasks tell is kept in its order for each job, and heard of`, async () => {
    const [mine, other] = [newUuid(), newUuid()];
    const piece = (jobId: string, index: number) => ({
      ...{
        jobId,
        message: { v: 1, path: 'said', attempt: 1, index, partial: { text: `${index}` } } as const,
      },
    });
    const heard = Promise.withResolvers<[string, string]>();
    const listening = await queue.listen((id, news) => heard.resolve([id, news]));
    const again = setInterval(() => void queue.tell([piece(other, 0)]).catch(() => {}), 20);
    expect(await heard.promise).toEqual([other, 'told']);
    clearInterval(again);
    await listening.close();
    expect(await queue.told(mine, undefined, 10)).toEqual([]);
    await queue.tell([piece(mine, 0), piece(mine, 1), piece(mine, 2)]);
    const kept = await queue.told(mine, undefined, 2);
    expect(kept.map(({ message }) => message)).toEqual([0, 1].map((index) => piece(mine, index).message));
    const rest = await queue.told(mine, kept[1]!.id, 10);
    expect(rest.map(({ message }) => message)).toEqual([piece(mine, 2).message]);
  });

  test(`${name}: of all marks the greatest is kept, whoever is faster; before the first there is none`, async () => {
    expect(await queue.keepMark(3, 0)).toBe(0);
    expect(await queue.keepMark(2, 0)).toBe(3);
    expect(await queue.keepMark(7, 3)).toBe(3);
    await Promise.all([12, 10, 11, 8, 9].map((mark) => queue.keepMark(mark, 7)));
    // Less than is expected: everybody is to see it.
    expect(await queue.keepMark(14, 13)).toBe(12);
    expect(await queue.keepMark(14, 13)).toBe(12);
  });
}
