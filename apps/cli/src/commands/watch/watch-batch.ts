import type { BatchEvent, IntermodalClient } from '@intermodal/client';
import { printJson, type CommandContext } from '../context.ts';
import { bar } from '../drawing.ts';

const BAR_WIDTH = 30;

/** Shows how far a batch is until it ends: a bar on a terminal, a line for each change elsewhere, or the events as JSON lines. */
export async function watchBatch(
  batchId: string,
  { json }: { readonly json: boolean },
  client: IntermodalClient,
  context: CommandContext,
): Promise<void> {
  const { signal, screen } = context;
  const say = (text: string): void =>
    screen ? screen.write(`\r\x1b[K${text.slice(0, screen.columns - 1)}`) : context.note(text);
  const onLost = (): void => (json ? undefined : say('The connection was lost; trying again …'));
  for await (const event of client.batches.events(batchId, { signal, onLost, patienceMs: Infinity })) {
    if (json) printJson(context, event);
    else say(textOf(event));
  }
  if (screen && !json) screen.write('\n');
}

function textOf({ status, percent, counts: { total, ...counts } }: BatchEvent): string {
  const parts = Object.entries(counts).flatMap(([state, count]) => (count > 0 ? [`${count} ${state}`] : []));
  return `${bar(percent / 100, BAR_WIDTH)} ${percent.toFixed(0)} %  ${status}: ${total} rows, ${parts.join(', ')}`;
}
