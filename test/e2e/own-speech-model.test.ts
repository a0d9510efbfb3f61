import { join } from 'node:path';
import type { ModelEntry, PipelineDocument } from '@intermodal/contracts';
import { toneTranscriberFolder, writeToneSpeech } from '@intermodal/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentedExamples } from '../documented-example.ts';
import { startStackOfOwnModels, type StackOfOwnModels } from '../own-models.ts';
import type { RunningStack } from '../running-stack.ts';

// A speech model of one's own, described as docs/models.md shows it, pulled, and used by the pipeline for transcriptions.

let own: StackOfOwnModels;
let stack: RunningStack;
let folder: string;
beforeAll(async () => {
  const [example] = documentedExamples('docs/models.md', 'test/e2e/own-speech-model.test.ts');
  own = await startStackOfOwnModels([[JSON.parse(example!.code) as ModelEntry, toneTranscriberFolder()]]);
  ({ stack, folder } = own);
});
afterAll(() => own.stop());

/** As the shipped one, but for the language. */
const inAnyLanguage: PipelineDocument = {
  name: 'transcription-in-any-language',
  version: 1,
  input: { audio: { media: 'audio/*' } },
  nodes: {
    speech: {
      ...{ stage: 'speech.detect-activity@1', in: { audio: '$input.audio' }, params: {}, onError: 'fail' },
    },
    lines: {
      ...{ each: '$speech.segments', as: 'segment' },
      nodes: {
        heard: {
          stage: 'speech.transcribe@1',
          in: { audio: '$segment.audio' },
          params: { language: 'auto' },
          onError: 'fail',
        },
      },
      collect: { text: '$heard.text', language: '$heard.language' },
    },
  },
  output: { lines: '$lines' },
};

async function transcribed(sentences: readonly string[], more: object = {}) {
  const path = join(folder, 'recording.wav');
  await writeToneSpeech(path, sentences, { pauseMs: 2_000 });
  const audio = await stack.client.artifacts.upload(path);
  const { id } = await stack.client.jobs.submit({
    ...{ pipeline: 'transcription', input: { audio: { artifact: audio.id } } },
    ...more,
  });
  await stack.client.jobs.wait(id, { signal: AbortSignal.timeout(60_000), pollMs: 50 });
  return stack.client.jobs.get(id, { tasks: true });
}

test('a recording is written down line by line, by the model that was described', async () => {
  const { output, tasks } = await transcribed(['where is the station', 'how old is the bridge']);
  const { lines } = output as { lines: { text: string }[] };
  expect(lines.map(({ text }) => text)).toEqual(['where is the station', 'how old is the bridge']);
  expect(tasks).toContainEqual(
    expect.objectContaining({ engine: 'transformers', model: 'house-whisper', device: 'cpu' }),
  );
});

test('which language is spoken is found out for each line, where that is asked for', async () => {
  const { output } = await transcribed(['comment est le', 'where is the dog'], {
    pipeline: inAnyLanguage,
  });
  const { lines } = output as { lines: { text: string; language: string }[] };
  expect(lines.map(({ text, language }) => [language, text])).toEqual([
    ['fr', 'comment est le'],
    ['en', 'where is the dog'],
  ]);
});

test('a language that the model does not hear fails with those that it does', async () => {
  const { error, output, tasks } = await transcribed(['where is the dog'], { params: { language: 'tlh' } });
  expect(JSON.stringify({ error, output })).toContain('null');
  expect(tasks).toContainEqual(
    expect.objectContaining({
      error: expect.objectContaining({
        code: 'language.unsupported',
        message: "The model house-whisper does not hear the language 'tlh': it hears en, fr.",
      }) as object,
    }),
  );
});
