/** What a model of Whisper's kind says of its tokens (`generation_config.json`). */
export interface WhisperSettings {
  /** With which every answer begins. */
  readonly start: number;
  /** With which it ends; all that is said has smaller numbers. */
  readonly end: number;
  readonly untimed: number;
  /** The first of those for times; each following one is 20 ms later. */
  readonly zero: number;
  readonly nothingSaid: number;
  /** How late the first time may be, in steps of 20 ms. */
  readonly latestBegin: number;
  /** Never written. */
  readonly suppressed: readonly number[];
  /** Not written first. */
  readonly suppressedFirst: readonly number[];
  /** By code; null for a model that hears English only, which has no such tokens. */
  readonly languages: ReadonlyMap<string, number> | null;
  readonly transcribe: number | null;
  /** Layer and head of those that follow the sound while it is written down; null where nobody says. */
  readonly heads: readonly (readonly [layer: number, head: number])[] | null;
}

export const STEP_MS = 20;

/** @throws Error that says what is missing */
export function whisperSettings(told: Readonly<Record<string, unknown>>): WhisperSettings {
  const token = (name: string): number => {
    const value = [told[name]].flat()[0];
    if (typeof value === 'number') return value;
    throw new Error(`its generation_config.json has no ${name}`);
  };
  const list = (name: string): readonly number[] => (told[name] as number[] | null | undefined) ?? [];
  const untimed = token('no_timestamps_token_id');
  const languages = told.is_multilingual === true ? tokensIn(told, 'lang_to_id') : null;
  const tasks = languages && tokensIn(told, 'task_to_id');
  return {
    start: token('decoder_start_token_id'),
    end: token('eos_token_id'),
    ...{ untimed, zero: untimed + 1, nothingSaid: untimed - 1 },
    // The library's own default forbids all but the first; this is that of the model's makers.
    latestBegin: typeof told.max_initial_timestamp_index === 'number' ? told.max_initial_timestamp_index : 50,
    suppressed: [
      ...list('suppress_tokens'),
      ...(languages?.values() ?? []),
      ...(tasks?.values() ?? []),
      untimed,
    ],
    suppressedFirst: list('begin_suppress_tokens'),
    languages: languages && new Map([...languages].map(([name, id]) => [name.replace(/^<\||\|>$/g, ''), id])),
    transcribe: tasks?.get('transcribe') ?? null,
    heads: (told.alignment_heads as WhisperSettings['heads'] | undefined) ?? null,
  };
}

function tokensIn(told: Readonly<Record<string, unknown>>, name: string): ReadonlyMap<string, number> {
  const tokens = told[name];
  if (typeof tokens === 'object' && tokens !== null)
    return new Map(Object.entries(tokens as Record<string, number>));
  throw new Error(`its generation_config.json has no ${name}, though it says is_multilingual`);
}
