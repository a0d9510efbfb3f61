import type { Judged } from './suite-table.ts';

/** Ends this process when somebody asked for help, or for what is not there. */
export function endUnlessKnown(
  asked: { help?: boolean; only?: readonly string[] },
  { help, kind, names }: { help: string; kind: string; names: readonly string[] },
): void {
  if (asked.help) {
    process.stdout.write(help);
    process.exit(0);
  }
  const unknown = asked.only?.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  process.stderr.write(`There is no ${kind} '${unknown}'; there are ${names.join(', ')}.\n`);
  process.exit(2);
}

/** The time runs from now on. The signal aborts when this process is told to end; until then `say` tells people. */
export function beginRun(): { signal: AbortSignal; elapsed: () => string; say: (text: string) => void } {
  const stopping = new AbortController();
  const { signal } = stopping;
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => stopping.abort(new Error(`${name}: everything is taken down.`)));
  const began = performance.now();
  const elapsed = (): string => `${((performance.now() - began) / 1_000).toFixed(0)} s`;
  const say = (text: string): void =>
    void (signal.aborted || process.stderr.write(`${elapsed().padStart(6)}  ${text}\n`));
  return { signal, elapsed, say };
}

/** Ends this process by what came out. With `json` the report is on standard output, and the table still to be seen. */
export function endRun<Report extends { verdicts: readonly Judged[] }>(
  report: Report,
  table: string,
  json = false,
): never {
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
  process[json ? 'stderr' : 'stdout'].write(`${table}\n`);
  process.exit(report.verdicts.every(({ passed }) => passed) ? 0 : 1);
}
