import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { speechRecogniserContract, testContext } from '@intermodal/testing/engine-contracts';
import { expect, it } from 'vitest';
import pocketsphinx from './pocketsphinx.engine.ts';

speechRecogniserContract('pocketsphinx', () => pocketsphinx.open(testContext()));

it('removes its folder when it is closed', async () => {
  const folders = async () =>
    (await readdir(tmpdir())).filter((it) => it.startsWith('intermodal-pocketsphinx-'));
  const before = await folders();
  const opened = await pocketsphinx.open(testContext());
  expect((await folders()).length).toBe(before.length + 1);
  await opened.close();
  expect(await folders()).toEqual(before);
});
