import { writeFile } from 'node:fs/promises';
import { IntermodalError } from '@intermodal/contracts';
import type { FileFetcher } from '@intermodal/models';
import { runStage } from '@intermodal/testing';
import { expect, test } from 'vitest';
import fetchStage from './fetch.stage.ts';

const url = 'https://media.example/talk.wav';

test('gives the file the type that it was found to have, and its name', async () => {
  const fetcher: FileFetcher = {
    fetch: async (asked, to, { accept }) => {
      expect({ asked, accept }).toEqual({ asked: url, accept: 'audio/*' });
      await writeFile(to, 'RIFF');
      return { mediaType: 'audio/wav', bytes: 4, name: 'talk.wav' };
    },
  };
  await using it = await runStage(fetchStage, { url }, { needs: { fetcher }, params: { accept: 'audio/*' } });
  expect(it.output.file).toMatchObject({ mediaType: 'audio/wav', name: 'talk.wav' });
});

test('says of which input it could not get the file', async () => {
  const fetcher: FileFetcher = {
    fetch: () => Promise.reject(new IntermodalError('url.not_found', `${url}: it answered 404.`)),
  };
  await expect(
    runStage(fetchStage, { url }, { needs: { fetcher }, params: { called: 'input.audio' } }),
  ).rejects.toMatchObject({ code: 'url.not_found', message: `input.audio: ${url}: it answered 404.` });
});
