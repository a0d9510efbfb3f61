import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IntermodalClient } from '@intermodal/client';
import { Cases, defineSuite } from '../suite.ts';

/** What the other suites stand on: two API processes over the same records, and two tenants. */
export default defineSuite({
  name: 'stack',
  summary: 'Two API processes behind a proxy are one API; a worker that was killed is replaced.',
  async run({ urls, url, keys, stack, fixtures, signal }) {
    const cases = new Cases();
    const clientOf = (address: string, key: string) => new IntermodalClient({ url: address, key });
    const file = join(fixtures, 'text.txt');
    const { id } = await clientOf(urls[0], keys.owner).artifacts.upload(file, { mediaType: 'text/plain' });

    await cases.check('a file uploaded through one API process is downloaded through the other', async () => {
      const content = await ask(`${urls[1]}/v1/artifacts/${id}/content`, keys.owner);
      assert.equal(await content.text(), await readFile(file, 'utf8'));
    });
    await cases.check(
      'an API process that ended and was started again serves at the same address',
      async () => {
        await stack.end('api-b');
        await assert.rejects(fetch(urls[1], { signal }));
        await stack.start('api-b');
        assert.equal((await ask(`${urls[1]}/v1/artifacts/${id}`, keys.owner)).status, 200);
      },
    );
    await cases.check('a killed worker is started again', async () => {
      const name = stack.names.find((one) => one.startsWith('worker-'))!;
      await stack.process(name).kill();
      await stack.process(name).ready();
      assert.deepEqual(stack.process(name).deaths, ['SIGKILL']);
    });
    await cases.control('another tenant does not get the file', async () => {
      for (let i = 0; i < 2; i++)
        assert.equal((await ask(`${url}/v1/artifacts/${id}`, keys.foreign)).status, 404);
    });
    await cases.control('a wrong key gets nothing', async () => {
      const status = async (key: string) => (await ask(`${url}/v1/artifacts/${id}`, key)).status;
      assert.equal(await status(`${keys.owner}x`), 401);
    });
    return { cases: cases.list, figures: { processes: stack.names.length } };

    async function ask(address: string, key: string): Promise<Response> {
      return await fetch(address, { headers: { authorization: `Bearer ${key}` }, signal });
    }
  },
});
