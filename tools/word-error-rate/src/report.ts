export interface Measured {
  readonly name: string;
  /** Words that are said. */
  readonly words: number;
  readonly errors: number;
  readonly segments: number;
  readonly heard: string;
  readonly tookMs: number;
}

/** A table with one column of errors per detector. */
export function toMarkdown(columns: Readonly<Record<string, readonly Measured[]>>): string {
  const detectors = Object.keys(columns);
  const names = columns[detectors[0]!]!.map((it) => it.name);
  const cells = (render: (rows: readonly Measured[]) => string) =>
    detectors.map((detector) => render(columns[detector]!)).join(' | ');
  const row = (name: string) => {
    const of = (rows: readonly Measured[]) => rows.find((it) => it.name === name)!;
    const counts = cells((rows) => `${of(rows).errors} | ${of(rows).segments}`);
    return `| ${name} | ${of(columns[detectors[0]!]!).words} | ${counts} | ${of(columns[detectors[0]!]!).heard} |`;
  };
  return [
    '# Word error rates',
    '',
    'Made by `tools/word-error-rate`; do not edit. English recordings with an exact transcript in `../shared/fixtures/speech`,',
    'through media.probe, media.extract-audio, speech.detect-activity and speech.transcribe with the engine pocketsphinx.',
    'Errors are words put in, left out or exchanged, without case and punctuation; segments are what the detector cut.',
    '',
    `| recording | words | ${detectors.map((it) => `${it}: errors | segments`).join(' | ')} | heard with ${detectors[0]} |`,
    `| --- | ---: | ${detectors.map(() => '---: | ---:').join(' | ')} | --- |`,
    ...names.map(row),
    `| **all** | ${sum(columns[detectors[0]!]!, 'words')} | ${cells((rows) => `**${sum(rows, 'errors')}** (${rate(rows)} %) | ${sum(rows, 'segments')}`)} | |`,
    '',
    ...detectors.map(
      (detector) => `Time for all with ${detector}: ${seconds(columns[detector]!)} s on this machine.`,
    ),
    '',
  ].join('\n');
}

const sum = (rows: readonly Measured[], key: 'words' | 'errors' | 'segments' | 'tookMs'): number =>
  rows.reduce((total, it) => total + it[key], 0);

const rate = (rows: readonly Measured[]): string =>
  ((100 * sum(rows, 'errors')) / sum(rows, 'words')).toFixed(1);

const seconds = (rows: readonly Measured[]): string => (sum(rows, 'tookMs') / 1000).toFixed(0);
