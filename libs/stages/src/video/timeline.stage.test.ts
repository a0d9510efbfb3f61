import { readFile } from 'node:fs/promises';
import { runStage } from '@intermodal/testing';
import { describe, expect, it } from 'vitest';
import stage from './timeline.stage.ts';

const box = { x: 0, y: 0, width: 1, height: 1 };
const seen = (...labels: string[]) => labels.map((label) => ({ label, score: 0.9, box }));
const read = (text: string) => [{ text, confidence: 0.9, box }];
const run = (input: Parameters<typeof stage.run>[0]) => runStage(stage, input, { needs: {} });

describe('video.timeline', () => {
  it('merges what stays the same, until a scene ends', async () => {
    await using it = await run({
      durationMs: 9000,
      frames: [
        { timeMs: 0, cut: false, objects: seen('dog', 'cat', 'dog'), text: read('EXIT') },
        { timeMs: 2000, cut: false, objects: seen('cat', 'dog', 'dog'), text: read('Exit.') },
        { timeMs: 4000, cut: true, objects: seen('cat', 'dog', 'dog'), text: [] },
        { timeMs: 6000, cut: false, objects: [], text: null },
      ],
      speech: [
        { startMs: 500, endMs: 1500, text: 'come here' },
        { startMs: 1600, endMs: 1700, text: null },
      ],
    });
    expect(it.output.timeline).toEqual([
      { startMs: 0, endMs: 4000, kind: 'picture', text: '1 × cat, 2 × dog' },
      { startMs: 0, endMs: 4000, kind: 'text', text: 'EXIT' },
      { startMs: 500, endMs: 1500, kind: 'speech', text: 'come here' },
      { startMs: 4000, endMs: 6000, kind: 'picture', text: '1 × cat, 2 × dog' },
    ]);
    expect(it.output.prose).toBe(
      'A film of 9 seconds, in 2 scenes. It shows cat (in 3 of 4 frames), dog (in 3 of 4 frames). ' +
        'It reads: "EXIT". It says: "come here".',
    );
    expect(await readFile(it.output.srt.path, 'utf8')).toContain(
      '00:00:00,500 --> 00:00:01,500\ncome here\n',
    );
    expect(await readFile(it.output.vtt.path, 'utf8')).toContain('[reads: EXIT]');
    expect(await readFile(it.output.text.path, 'utf8')).toContain('0:04.0  [1 × cat, 2 × dog]\n');
    expect(JSON.parse(await readFile(it.output.json.path, 'utf8'))).toMatchObject({ durationMs: 9000 });
  });

  it('takes the latest that was seen or heard for the length where none is told', async () => {
    await using it = await run({
      frames: [{ timeMs: 3000, objects: seen('dog') }],
      soundMs: 5000,
      speech: [{ startMs: 4000, endMs: 7000, text: 'late' }],
    });
    expect(it.output.durationMs).toBe(7000);
    expect(it.output.timeline[0]).toMatchObject({ startMs: 3000, endMs: 7000 });
  });

  it.each([
    [{}, 'A recording of 0 seconds. No sound was heard.'],
    [{ frames: [], speech: [], durationMs: 61_000 }, 'A recording of 1 min 1 s. Nobody was heard to speak.'],
    [
      { frames: [{ timeMs: 0 }], speech: null },
      'A film of 0 seconds. Nobody looked for things in its pictures. No sound was heard.',
    ],
  ])('invents nothing for %j', async (input, prose) => {
    await using it = await run(input);
    expect(it.output).toMatchObject({ prose, timeline: [] });
    expect(await readFile(it.output.srt.path, 'utf8')).toBe('');
  });
});
