import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { IntermodalClient } from '@intermodal/client';
import { faultsOfStream, type StreamEvent } from '../streams/check-stream.ts';
import { readWholeStream, type WholeStream } from '../streams/read-stream.ts';
import { Cases, defineSuite } from '../suite.ts';

const ITEMS = 25;
const STREAMS = 12;

/** Nodes before, within and after an each, one of which is skipped; every stage of it needs no engine. */
const document = {
  name: 'streamed',
  version: 1,
  input: { lists: { type: 'array' }, nothing: { optional: true } },
  nodes: {
    first: { stage: 'text.subtitles@1', in: { lines: '$input.nothing' } },
    parts: {
      each: '$input.lists',
      as: 'list',
      nodes: {
        one: { stage: 'text.subtitles@1', in: { lines: '$list.lines' } },
        two: { stage: 'text.subtitles@1', in: { lines: '$list.lines' }, when: '$one.transcript.json' },
      },
      collect: { vtt: '$two.transcript.vtt' },
    },
  },
  output: { parts: '$parts' },
};
const line = { startMs: 0, endMs: 900, heard: 'good morning', said: 'buenos días' };
const input = { lists: Array.from({ length: ITEMS }, () => ({ lines: [line] })) };

export default defineSuite({
  name: 'sse',
  summary:
    'Streams of events go on at another API process without a gap or a double, whatever dies meanwhile.',
  async run({ url, urls, keys, stack, signal, say }) {
    const cases = new Cases();
    const client = new IntermodalClient({ url: urls[1], key: keys.owner });
    const submit = async (): Promise<string> =>
      (await client.jobs.submit({ pipeline: document as never, input }, { signal })).id;
    const pathOf = (id: string) => `/v1/jobs/${id}/events`;
    const read = (id: string, leaveAfter: () => number, onEvent?: (event: StreamEvent) => void) =>
      readWholeStream(`${url}${pathOf(id)}`, {
        ...{ key: keys.owner, signal, leaveAfter },
        ...(onEvent && { onEvent }),
      });
    const check = async (id: string, { events }: Pick<WholeStream, 'events'>): Promise<string[]> => {
      const job = await client.jobs.get(id, { tasks: true, signal });
      const tasks = Object.fromEntries((job.tasks ?? []).map(({ path, status }) => [path, status]));
      assert.equal(Object.keys(tasks).length, 2 + 2 * ITEMS);
      return faultsOfStream(events, tasks, job.status);
    };
    let [connections, told] = [0, 0];
    const holds = async (id: string, stream: WholeStream): Promise<void> => {
      connections += stream.connections;
      told += stream.events.length;
      assert.deepEqual(await check(id, stream), []);
    };

    await cases.check(
      'a reader that leaves after every few events and goes on at the other process',
      async () => {
        const id = await submit();
        const stream = await read(id, () => 1 + Math.floor(Math.random() * 6));
        assert.ok(stream.connections > 5, `${stream.connections} connections`);
        await holds(id, stream);
      },
    );

    await cases.check(`${STREAMS} streams while an API process is killed three times`, async () => {
      const ids = await Promise.all(Array.from({ length: STREAMS }, submit));
      let events = 0;
      const heard = Promise.withResolvers<void>();
      const streams = Promise.all(
        ids.map((id) =>
          read(
            id,
            () => 20 + Math.floor(Math.random() * 40),
            () => {
              events += 1;
              if (events === STREAMS) heard.resolve();
            },
          ),
        ),
      );
      await heard.promise;
      for (const name of ['api-a', 'api-b', 'api-a']) {
        await stack.process(name).kill();
        await stack.process(name).ready();
      }
      for (const [i, stream] of (await streams).entries()) await holds(ids[i]!, stream);
    });

    await cases.check('a stream while Redis is emptied', async () => {
      const id = await submit();
      const begun = Promise.withResolvers<void>();
      const stream = read(
        id,
        () => Infinity,
        () => begun.resolve(),
      );
      await begun.promise;
      await flush(stack.redisUrl);
      await holds(id, await stream);
    });

    await cases.check('a batch: its counts only grow, none is told twice, and the last is all', async () => {
      const rows = Array.from({ length: 20 }, (_, i) => ({ custom_id: `${i}`, input }));
      const batch = await client.batches.submit({ pipeline: document as never, rows }, { signal });
      const { events } = await readWholeStream(`${url}/v1/batches/${batch.id}/events`, {
        ...{ key: keys.owner, signal, leaveAfter: () => 2 },
      });
      const percents = events.map((event) => (event as unknown as { percent: number }).percent);
      assert.deepEqual(
        percents,
        percents.toSorted((a, b) => a - b),
      );
      assert.equal(new Set(events.map(({ id }) => id)).size, events.length);
      assert.equal(percents.at(-1), 100);
    });

    await cases.check("the client's own loop, with an API process restarted", async () => {
      const id = await submit();
      const events: StreamEvent[] = [];
      const loop = new IntermodalClient({ url, key: keys.owner });
      let restarted: Promise<void> | undefined;
      for await (const event of loop.jobs.events(id, { signal })) {
        events.push(event);
        restarted ??= stack.process('api-a').restart();
      }
      await restarted;
      assert.deepEqual(await check(id, { events }), []);
    });

    say('negative controls');
    const id = await submit();
    const whole = await read(id, () => Infinity);
    for (const [name, change] of [
      [
        'an event that a proxy leaves out',
        (blocks: string[]) => blocks.toSpliced(lastOf(blocks, 'task.completed'), 1),
      ],
      [
        'an event that a proxy sends twice',
        (blocks: string[]) => {
          const at = lastOf(blocks, 'task.completed');
          return blocks.toSpliced(at, 0, blocks[at]!);
        },
      ],
    ] as const)
      await cases.control(`${name} is found`, async () => {
        await using proxy = await lyingProxy(urls[0], change);
        const stream = await readWholeStream(`${proxy.url}${pathOf(id)}`, {
          ...{ key: keys.owner, signal, leaveAfter: () => Infinity },
        });
        assert.notDeepEqual(await check(id, stream), []);
      });
    await cases.control('the stream of another job is not taken for that of this one', async () => {
      const other = await submit();
      const events = (await read(other, () => Infinity)).events.slice(1);
      assert.notDeepEqual(await check(id, { events }), []);
    });
    const ask = (key: string, headers: Record<string, string> = {}) =>
      fetch(`${url}${pathOf(id)}`, { headers: { authorization: `Bearer ${key}`, ...headers }, signal });
    await cases.control('another tenant gets no stream', async () => {
      for (let i = 0; i < 2; i++) assert.equal((await ask(keys.foreign)).status, 404);
    });
    await cases.control('a cursor with a changed character is refused, or tells what is left', async () => {
      const cursor = whole.events[2]!.id;
      assert.equal((await ask(keys.owner, { 'last-event-id': `x${cursor.slice(1)}` })).status, 400);
      assert.equal((await ask(keys.owner, { 'last-event-id': whole.events.at(-1)!.id })).status, 204);
    });
    return { cases: cases.list, figures: { streams: 2 + STREAMS, connections, events: told } };
  },
});

const lastOf = (blocks: readonly string[], type: string): number =>
  blocks.findLastIndex((block) => block.includes(`event: ${type}\n`));

/** Passes on the whole stream of a job that has ended, changed. */
async function lyingProxy(
  target: string,
  change: (blocks: string[]) => string[],
): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer((request, response) => {
    void fetch(`${target}${request.url}`, { headers: { authorization: request.headers.authorization! } })
      .then((answer) => answer.text())
      .then((text) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(change(text.split('\n\n')).join('\n\n'));
      });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function flush(redisUrl: string): Promise<void> {
  const { hostname, port, password } = new URL(redisUrl);
  const socket = connect(Number(port), hostname);
  for (const command of [...(password === '' ? [] : [`AUTH ${password}`]), 'FLUSHALL']) {
    socket.write(`${command}\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    assert.equal(answer.toString(), '+OK\r\n');
  }
  socket.destroy();
}
