import type { FolderModelStore, PullProgress } from '@intermodal/engines';
import type { Model } from '@intermodal/models';
import type { CommandContext } from './context.ts';
import { bar, redrawn, size } from './drawing.ts';

const BAR_WIDTH = 20;
/** Between two drawings, in milliseconds. */
const DRAWN_MS = 100;

/** Fetches models, with a bar a file on a terminal; elsewhere with a line for each file that is done. */
export async function pullModels(
  models: readonly Model[],
  store: FolderModelStore,
  wanted: { readonly variant: string | undefined; readonly revision: string | undefined },
  context: CommandContext,
): Promise<void> {
  const files = new Map<string, PullProgress>();
  const began = performance.now();
  const draw = context.screen && redrawn(context.screen, (lines, rows) => lines.slice(-rows));
  const show = (): void =>
    draw?.([...[...files.values()].map(fileLine), totalLine([...files.values()], began)]);
  let drawnAt = -Infinity;
  const onProgress = (progress: PullProgress): void => {
    files.set(`${progress.model}/${progress.file}`, progress);
    if (!draw && progress.bytes === progress.ofBytes)
      context.note(`${size(progress.bytes).padStart(8)}  ${progress.model}/${progress.file}`);
    if (performance.now() - drawnAt < DRAWN_MS) return;
    drawnAt = performance.now();
    show();
  };
  try {
    await store.pull(models, { ...wanted, onProgress, signal: context.signal });
  } finally {
    if (files.size > 0) show();
  }
}

const fileLine = ({ model, file, bytes, ofBytes }: PullProgress): string =>
  `${progressOf(bytes, ofBytes)}  ${model}/${file}`;

function totalLine(files: readonly PullProgress[], began: number): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  // What nobody knows the length of counts as far as it has come.
  const ofBytes = files.reduce((sum, file) => sum + (file.ofBytes ?? file.bytes), 0);
  const perSecond = bytes / Math.max(0.1, (performance.now() - began) / 1_000);
  return `${progressOf(bytes, ofBytes)}  ${size(perSecond)}/s`;
}

const progressOf = (bytes: number, ofBytes: number | undefined): string =>
  ofBytes === undefined
    ? `${bar(0, BAR_WIDTH)} ${size(bytes).padStart(8)} of ?       `
    : `${bar(ofBytes === 0 ? 1 : bytes / ofBytes, BAR_WIDTH)} ${size(bytes).padStart(8)} of ${size(ofBytes).padEnd(8)}`;
