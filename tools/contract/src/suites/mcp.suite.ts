import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IntermodalClient } from '@intermodal/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Cases, defineSuite } from '../suite.ts';

/** The official SDK's client, before two API processes of which each gets every other request. */
export default defineSuite({
  name: 'mcp',
  summary: "The official MCP SDK's client finds every pipeline as a tool, runs one, and reads its files.",
  async run({ url, urls, keys, fixtures, signal }) {
    const cases = new Cases();
    const connect = async (key: string): Promise<Client> => {
      const client = new Client({ name: 'contract', version: '1' });
      const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
        requestInit: { headers: { authorization: `Bearer ${key}` } },
      });
      // The SDK's own types do not agree where optional fields are exact.
      await client.connect(transport as never);
      return client;
    };
    const api = new IntermodalClient({ url: urls[0], key: keys.owner });
    const client = await connect(keys.owner);
    const base64 = (await readFile(join(fixtures, 'picture.png'))).toString('base64');
    const picture = { base64, mediaType: 'image/png' };
    let calls = 0;
    const call = (name: string, input: object, more: { params?: object; onprogress?: () => void } = {}) => {
      calls += 1;
      const { params = {}, onprogress } = more;
      return client.callTool({ name, arguments: { input, params } }, undefined, {
        signal,
        timeout: 120_000,
        ...(onprogress && { onprogress, resetTimeoutOnProgress: true }),
      });
    };

    await cases.check('every pipeline is a tool with a JSON Schema', async () => {
      const { tools } = await client.listTools();
      const { pipelines } = await api.pipelines.list();
      assert.deepEqual(tools.map(({ name }) => name).sort(), pipelines.map(({ name }) => name).sort());
      for (const { inputSchema } of tools) assert.equal(inputSchema.type, 'object');
    });
    let file: { uri: string } | undefined;
    await cases.check(
      'a tool runs a job to its end, tells how far it is, and gives its files as links',
      async () => {
        let told = 0;
        const result = await call(
          'speech',
          { text: 'Good morning.' },
          {
            params: { format: 'wav' },
            onprogress: () => (told += 1),
          },
        );
        assert.ok(!result.isError, JSON.stringify(result.content));
        assert.ok(told >= 2, `progress was told ${told} times`);
        const job = await api.jobs.get(String(result._meta?.['intermodal/job']));
        assert.equal(job.status, 'completed');
        file = (result.content as { type: string; uri: string }[]).find(
          ({ type }) => type === 'resource_link',
        );
        assert.ok(file);
      },
    );
    await cases.check('a link of an answer can be read', async () => {
      const [content] = (await client.readResource({ uri: file!.uri })).contents;
      const bytes = Buffer.from((content as { blob: string }).blob, 'base64');
      assert.equal(bytes.subarray(0, 4).toString('latin1'), 'RIFF');
    });
    await cases.check('a question about a picture in the call is answered', async () => {
      const question = 'What colours are there?';
      const result = await call('visual-question-answering', { image: picture, question });
      assert.ok(!result.isError, JSON.stringify(result.content));
      assert.match(JSON.stringify(result.structuredContent), /answer/);
    });
    await cases.check('the job of a call whose client is closed is cancelled', async () => {
      const leaving = await connect(keys.owner);
      const before = (await api.jobs.list({ limit: 1 })).jobs[0]?.id;
      const text = 'A very long story. '.repeat(400);
      const called = leaving.callTool({ name: 'speech', arguments: { input: { text } } });
      called.catch(() => {});
      let id = before;
      while (id === before) id = (await api.jobs.list({ limit: 1 })).jobs[0]?.id;
      await leaving.close();
      assert.equal((await api.jobs.wait(id!, { signal, pollMs: 50 })).status, 'cancelled');
    });
    await cases.control('what is wrong with a call is told as an error of the tool', async () => {
      const bad = await call('speech', { texd: 'Good morning.' });
      assert.equal(bad.isError, true);
      assert.match(JSON.stringify(bad.content), /texd.*input\.invalid/);
      assert.equal((await call('no-such-pipeline', {})).isError, true);
    });
    await cases.control('a wrong key is let in nowhere', async () => {
      await assert.rejects(connect(`${keys.owner}x`));
    });
    await cases.control("another tenant reads none of the first one's files", async () => {
      const foreign = await connect(keys.foreign);
      for (let i = 0; i < 2; i++)
        await assert.rejects(foreign.readResource({ uri: file!.uri }), /no resource/);
      await foreign.close();
    });
    await cases.control('a link with a changed character leads nowhere', async () => {
      const last = file!.uri.at(-1) === '0' ? '1' : '0';
      await assert.rejects(client.readResource({ uri: file!.uri.slice(0, -1) + last }), /no resource/);
    });
    await client.close();
    return { cases: cases.list, figures: { calls } };
  },
});
