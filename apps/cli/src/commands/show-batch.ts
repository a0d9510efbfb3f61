import type { BatchView } from '@intermodal/client';
import type { CommandContext } from './context.ts';
import { bar } from './drawing.ts';

const BAR_WIDTH = 30;

/** One line for a list. */
export const batchLine = (batch: BatchView): string =>
  [
    batch.id,
    batch.status.padEnd(10),
    `${batch.percent.toFixed(0).padStart(3)} %`,
    batch.createdAt.replace('T', ' ').slice(0, 19),
    batch.pipeline,
  ].join('  ');

/** A whole batch, for people. */
export const batchText = (batch: BatchView): string[] => [
  batchLine(batch),
  `  ${countsText(batch)}`,
  ...(batch.error ? [`  ${batch.error.message} (${batch.error.code})`] : []),
  ...batch.errors.map(
    ({ line, customId, message, code }) =>
      `  line ${line}${customId === undefined ? '' : ` (${customId})`}: ${message} (${code})`,
  ),
  ...(batch.counts.invalid > batch.errors.length ? ['  all of them: intermodal batch errors'] : []),
];

/** A bar that is redrawn on a terminal; elsewhere nothing, until the end. */
export function batchScreen(context: CommandContext): (batch: BatchView) => void {
  const { screen } = context;
  if (!screen) return () => {};
  return (batch) => {
    const end = batch.percent === 100 ? '\n' : '';
    screen.write(
      `\r\x1b[K${bar(batch.percent / 100, BAR_WIDTH)} ${batch.percent.toFixed(0)} %  ${countsText(batch)}${end}`,
    );
  };
}

const countsText = ({ counts: { total, ...counts } }: BatchView): string =>
  [
    `${total} rows`,
    ...Object.entries(counts).flatMap(([state, count]) => (count > 0 ? [`${count} ${state}`] : [])),
  ].join(', ');
