import { mediaTypeOf, type PipelineNode } from '@intermodal/contracts';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { loadShippedPipelines, loadShippedStages } from './index.ts';

describe('what is shipped', () => {
  it('finds every stage and pipeline under its name', async () => {
    expect([...(await loadShippedStages()).keys()]).toEqual(
      expect.arrayContaining([
        'media.extract-audio@1',
        'media.probe@1',
        'speech.detect-activity@1',
        'speech.synthesize@1',
        'speech.transcribe@1',
        'text.subtitles@1',
        'text.translate@1',
      ]),
    );
    expect((await loadShippedPipelines()).map((it) => it.name)).toContain('speech-to-speech');
  });

  it('has only stages that exist in its pipelines, wired to ports that exist', async () => {
    const stages = await loadShippedStages();
    for (const pipeline of await loadShippedPipelines()) {
      const flat: [string, PipelineNode][] = Object.entries(pipeline.nodes).flatMap(([name, node]) =>
        'each' in node ? Object.entries(node.nodes) : [[name, node]],
      );
      for (const [name, node] of flat) {
        if ('each' in node) throw new Error('this test knows one each only');
        const stage = stages.get(node.stage);
        expect(stage, `${pipeline.name}: ${name}`).toBeDefined();
        expect(Object.keys(stage!.input.shape)).toEqual(expect.arrayContaining(Object.keys(node.in)));
        expect(Object.keys(stage!.params.shape)).toEqual(expect.arrayContaining(Object.keys(node.params)));
      }
    }
  });

  it('declares files where files go', async () => {
    const synthesize = (await loadShippedStages()).get('speech.synthesize@1')!;
    const audio = synthesize.output.shape['audio'] as z.ZodNullable<z.ZodType>;
    expect(mediaTypeOf(audio.unwrap())).toBe('audio/wav');
  });
});
