import type { ToldPiece } from '@intermodal/pipeline';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Tellings } from './tellings.ts';

const log = pino({ level: 'silent' });
const task = { jobId: 'job', path: 'said', attempt: 1 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function tellingsTo(tell: (pieces: readonly ToldPiece[]) => Promise<void> = async () => {}) {
  const sent: (readonly ToldPiece[])[] = [];
  const tellings = new Tellings(
    {
      tell: (pieces) => {
        sent.push(pieces);
        return tell(pieces);
      },
    },
    log,
  );
  const messages = () => sent.map((pieces) => pieces.map(({ message }) => message));
  return { tellings, messages };
}

test('what is told within a moment travels together: of progress the newest, of texts the whole', async () => {
  const { tellings, messages } = tellingsTo();
  const telling = tellings.of(task);
  telling.progress(0.1);
  telling.partial({ text: 'good ' });
  telling.progress(0.2);
  telling.partial({ text: 'morning' });
  telling.partial({ segment: { startMs: 0 } });
  expect(messages()).toEqual([]);
  await vi.advanceTimersByTimeAsync(30);
  expect(messages()).toEqual([
    [
      { v: 1, path: 'said', attempt: 1, progress: 0.2 },
      { v: 1, path: 'said', attempt: 1, index: 0, partial: { text: 'good morning' } },
      { v: 1, path: 'said', attempt: 1, index: 1, partial: { segment: { startMs: 0 } } },
    ],
  ]);
  telling.partial({ text: '!' });
  await vi.advanceTimersByTimeAsync(30);
  expect(messages()[1]).toMatchObject([{ index: 2, partial: { text: '!' } }]);
});

test('what is lost on its way, or too large, leaves a gap in the numbers', async () => {
  let isAway = true;
  const { tellings, messages } = tellingsTo(async () => {
    if (isAway) throw new Error('away');
  });
  const telling = tellings.of(task);
  telling.partial({ text: 'lost' });
  await vi.advanceTimersByTimeAsync(30);
  isAway = false;
  telling.partial({ text: 'x'.repeat(70_000) });
  telling.partial({ text: 'heard' });
  await vi.advanceTimersByTimeAsync(30);
  expect(messages()[1]).toEqual([{ v: 1, path: 'said', attempt: 1, index: 2, partial: { text: 'heard' } }]);
});

test('a transport that does not answer holds up nobody, and memory stays within a bound', async () => {
  const gate = Promise.withResolvers<void>();
  const { tellings, messages } = tellingsTo(() => gate.promise);
  const telling = tellings.of(task);
  const piece = { segment: 'x'.repeat(60_000) };
  telling.partial(piece);
  await vi.advanceTimersByTimeAsync(30);
  for (let i = 0; i < 200; i++) telling.partial(piece);
  gate.resolve();
  await vi.advanceTimersByTimeAsync(60);
  const second = messages()[1]!;
  expect(second.length).toBeGreaterThan(50);
  expect(second.length * 60_000).toBeLessThan(4.2 * 1024 * 1024);
  await tellings.close();
});
