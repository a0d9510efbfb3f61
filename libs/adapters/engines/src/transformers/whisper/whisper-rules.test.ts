import { Tensor } from '@huggingface/transformers';
import { describe, expect, it } from 'vitest';
import { segmentsOf } from './read-clip.ts';
import { WhisperRules } from './whisper-rules.ts';
import { whisperSettings } from './whisper-settings.ts';

// 0..9 are words, 10 the end, then start, en, fr, transcribe, nothing said, untimed, and times from 17 on.
const told = {
  ...{ decoder_start_token_id: 11, eos_token_id: 10, no_timestamps_token_id: 16, is_multilingual: true },
  ...{ lang_to_id: { '<|en|>': 12, '<|fr|>': 13 }, task_to_id: { transcribe: 14 } },
  ...{ suppress_tokens: [3, 11, 15], begin_suppress_tokens: [10], max_initial_timestamp_index: 2 },
};
const settings = whisperSettings(told);
const TOKENS = 27;
const [EN, TRANSCRIBE, ZERO] = [12, 14, 17];

/** Which tokens may follow, where all are as likely but for some. */
function allowed(written: readonly number[], more: Readonly<Record<number, number>> = {}): number[] {
  const data = Float32Array.from({ length: TOKENS }, (_, id) => more[id] ?? 0);
  new WhisperRules(settings, 1)._call(
    [[11n, ...written.map(BigInt)]],
    new Tensor('float32', data, [1, TOKENS]),
  );
  return [...data.keys()].filter((id) => data[id] !== -Infinity);
}
const begun = [EN, TRANSCRIBE];
const LOUD = { 1: 20, 10: 15 };

describe('WhisperRules', () => {
  it('begins with a language, the task, and an early time', () => {
    expect(allowed([])).toEqual([12, 13]);
    expect(allowed([EN])).toEqual([TRANSCRIBE]);
    expect(allowed(begun)).toEqual([17, 18, 19]);
  });

  it('writes text behind the first of two times, never another, and nothing that is suppressed', () => {
    expect(allowed([...begun, ZERO], LOUD)).not.toContain(ZERO + 1);
    expect(allowed([...begun, ZERO], LOUD)).not.toContain(3);
    expect(allowed([...begun, ZERO], LOUD)).toContain(1);
  });

  it('ends, or begins a segment no earlier, behind the second', () => {
    expect(allowed([...begun, ZERO, 1, ZERO + 4], { 10: 20 })).toEqual([10, ...[21, 22, 23, 24, 25, 26]]);
  });

  it('goes on in time, and takes one where all times together are likelier than any word', () => {
    expect(allowed([...begun, ZERO + 2, 1])).toEqual([20, 21, 22, 23, 24, 25, 26]);
    expect(allowed([...begun, ZERO + 2, 1], LOUD)).toContain(1);
  });

  it('knows how likely it is that nobody speaks', () => {
    const rules = new WhisperRules(settings, 1);
    const data = new Float32Array(TOKENS).fill(-20);
    data[15] = 0;
    rules._call([[11n]], new Tensor('float32', data, [1, TOKENS]));
    expect(rules.hearings[0]!.nothingSaid).toBeCloseTo(1);
  });

  it('says what its settings lack', () => {
    const { lang_to_id: _, ...rest } = told;
    expect(() => whisperSettings(rest)).toThrow('its generation_config.json has no lang_to_id');
    expect(() => whisperSettings({})).toThrow('no no_timestamps_token_id');
  });
});

describe('segmentsOf', () => {
  it('are between two times; one that was cut off ends with the clip', () => {
    const tokens = [...begun, ZERO, 1, 2, ZERO + 2, ZERO + 3, 4, 5];
    expect(segmentsOf({ settings, tokens, durationMs: 100 })).toEqual([
      { tokens: [1, 2], startMs: 0, endMs: 40 },
      { tokens: [4, 5], startMs: 60, endMs: 100 },
    ]);
  });
});
