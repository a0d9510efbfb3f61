import { readFile } from 'node:fs/promises';
import { runStage } from '@intermodal/testing';
import { describe, expect, it } from 'vitest';
import { toSrt, toVtt } from './subtitle-formats.ts';
import stage from './subtitles.stage.ts';

const lines = [
  { startMs: 0, endMs: 1500, heard: 'hello', said: 'hola' },
  { startMs: 2000, endMs: 3000, heard: '', said: null },
  { startMs: 3_723_004, endMs: 3_724_050, heard: 'a < b & c', said: 'a\n\nb' },
];

describe('text.subtitles', () => {
  it('writes both sides in three formats, without lines that show nothing', async () => {
    await using it = await runStage(stage, { lines }, { needs: {} });
    const { transcript, translation } = it.output;
    expect(JSON.parse(await readFile(transcript.json.path, 'utf8'))).toEqual([
      { startMs: 0, endMs: 1500, text: 'hello' },
      { startMs: 3_723_004, endMs: 3_724_050, text: 'a < b & c' },
    ]);
    expect(await readFile(translation.srt.path, 'utf8')).toBe(
      '1\n00:00:00,000 --> 00:00:01,500\nhola\n\n2\n01:02:03,004 --> 01:02:04,050\na\nb\n',
    );
    expect(await readFile(transcript.vtt.path, 'utf8')).toContain(
      '01:02:03.004 --> 01:02:04.050\na &lt; b &amp; c\n',
    );
    expect(transcript.srt.mediaType).toBe('application/x-subrip');
  });

  it('writes valid empty files when nothing was said', async () => {
    await using it = await runStage(stage, { lines: [] }, { needs: {} });
    expect(await readFile(it.output.transcript.json.path, 'utf8')).toBe('[]\n');
    expect([toSrt([]), toVtt([])]).toEqual(['', 'WEBVTT\n']);
  });
});
