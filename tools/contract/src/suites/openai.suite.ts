import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { IntermodalClient } from '@intermodal/client';
import { startOpenAiServer, type OpenAiServerParts } from '@intermodal/testing';
import OpenAI, { toFile } from 'openai';
import { Cases, defineSuite } from '../suite.ts';

const KEY = 'sk-contract';

/** Stands in for a language model, behind the real remote engine: a machine without one is to be held to the contract, too. */
const parts: OpenAiServerParts = {
  key: KEY,
  models: ['parrot'],
  generator: {
    async chat(messages, { maxTokens, schema, onText }) {
      const said = messages.at(-1)!.content;
      const words = schema
        ? ['{"said":', `${JSON.stringify(said)}`, '}']
        : `You said: ${said}`.split(/(?<= )/);
      const kept = words.slice(0, maxTokens);
      for (const word of kept) onText?.(word);
      return {
        text: kept.join(''),
        finishReason: kept.length < words.length ? 'length' : 'stop',
        promptTokens: messages.length,
        completionTokens: kept.length,
      };
    },
  },
  embedder: {
    embed: async (texts) => ({
      vectors: texts.map((text) => (text.includes('morning') ? [0.6, 0.8] : [0.8, -0.6])),
      tokens: texts.length,
    }),
  },
};

export default defineSuite({
  name: 'openai',
  summary:
    'The official openai client, its retries off, does what it does with OpenAI, against two API processes.',
  async run({ url, urls, keys, stack, fixtures, signal, say }) {
    const cases = new Cases();
    const server = await startOpenAiServer(parts);
    await stack.end('worker-text');
    await stack.start('worker-text', {
      INTERMODAL_REMOTE_URL: server.url,
      INTERMODAL_REMOTE_KEY: KEY,
      INTERMODAL_REMOTE_TEXT_GENERATOR_MODEL: 'parrot',
      INTERMODAL_REMOTE_TEXT_EMBEDDER_MODEL: 'parrot',
    });
    const clientOf = (apiKey: string) =>
      new OpenAI({ baseURL: `${url}/openai/v1`, apiKey, maxRetries: 0, timeout: 60_000 });
    const client = clientOf(keys.owner);
    const api = new IntermodalClient({ url: urls[0], key: keys.owner });
    const messages = [{ role: 'user' as const, content: 'Good morning everybody' }];
    const hasSpeech = await access(join(fixtures, 'speech.wav')).then(
      () => true,
      () => false,
    );
    if (!hasSpeech) say('there is no speech.wav: what is heard is not checked');
    const recording = () => createReadStream(join(fixtures, hasSpeech ? 'speech.wav' : 'tone.wav'));
    let calls = 0;
    const check = (name: string, work: () => Promise<void>): Promise<void> => {
      calls += 1;
      return cases.check(name, work);
    };
    try {
      await check('models.list and .retrieve', async () => {
        const ids: string[] = [];
        for await (const { id } of client.models.list()) ids.push(id);
        assert.deepEqual(ids, ['chat', 'text-embedding', 'transcription', 'translation', 'speech']);
        assert.equal((await client.models.retrieve('speech')).id, 'speech');
      });
      await check('chat.completions.create', async () => {
        const answer = await client.chat.completions.create({ model: 'chat', messages }, { signal });
        assert.equal(answer.choices[0]!.message.content, 'You said: Good morning everybody');
        assert.equal(answer.choices[0]!.finish_reason, 'stop');
        assert.equal(answer.usage?.total_tokens, 6);
        const job = await api.jobs.get(answer.id.replace('chatcmpl-', 'job_'), { tasks: true });
        assert.equal(job.tasks?.[0]?.engine, 'remote');
      });
      await check('chat.completions.create, cut off at max_completion_tokens', async () => {
        const answer = await client.chat.completions.create({
          model: 'chat',
          messages,
          max_completion_tokens: 2,
        });
        assert.equal(answer.choices[0]!.finish_reason, 'length');
      });
      await check('chat.completions.create, streamed, with usage', async () => {
        const stream = await client.chat.completions.create({
          ...{ model: 'chat', messages, stream: true, stream_options: { include_usage: true } },
        });
        const chunks: OpenAI.ChatCompletionChunk[] = [];
        for await (const chunk of stream) chunks.push(chunk);
        const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
        assert.equal(text, 'You said: Good morning everybody');
        assert.equal(chunks.at(-1)!.usage?.completion_tokens, 5);
        assert.equal(chunks.filter(({ choices }) => choices[0]?.finish_reason === 'stop').length, 1);
      });
      await check('chat.completions.create with a JSON Schema', async () => {
        const schema = {
          type: 'object',
          properties: { said: { type: 'string' } },
          additionalProperties: false,
        };
        const answer = await client.chat.completions.create({
          ...{ model: 'chat', messages },
          response_format: { type: 'json_schema', json_schema: { name: 'said', schema, strict: true } },
        });
        assert.deepEqual(JSON.parse(answer.choices[0]!.message.content!), { said: 'Good morning everybody' });
      });
      await check('embeddings.create, as the client asks by itself and as numbers', async () => {
        for (const encoding_format of [undefined, 'float'] as const) {
          const { data, usage } = await client.embeddings.create({
            ...{ model: 'text-embedding', input: ['good morning', 'good night'] },
            ...(encoding_format && { encoding_format }),
          });
          const vectors = data.map(({ embedding }) => embedding.map((x) => Math.round(x * 10) / 10));
          assert.deepEqual(vectors, [
            [0.6, 0.8],
            [0.8, -0.6],
          ]);
          assert.equal(usage.prompt_tokens, 2);
        }
      });
      await check('audio.transcriptions.create as json, text, srt, vtt and verbose_json', async () => {
        for (const response_format of ['json', 'text', 'srt', 'vtt', 'verbose_json'] as const) {
          const given: unknown = await client.audio.transcriptions.create({
            ...{ file: recording(), model: 'transcription', language: 'en', response_format },
          } as never);
          const text = typeof given === 'string' ? given : (given as { text: string }).text;
          if (hasSpeech) assert.match(text, /train leaves at nine/);
          if (response_format === 'srt' && hasSpeech) assert.match(text, /^1\n00:00:0\d,\d{3} --> /);
          if (response_format === 'vtt') assert.match(text, /^WEBVTT/);
          if (response_format === 'verbose_json')
            assert.ok((given as { duration: number; segments: unknown[] }).duration > 0.9);
        }
      });
      await check('audio.transcriptions.create, streamed', async () => {
        const stream = await client.audio.transcriptions.create({
          ...{ file: recording(), model: 'transcription', stream: true },
        });
        let [text, done] = ['', ''];
        for await (const event of stream) {
          if (event.type === 'transcript.text.delta') text += event.delta;
          if (event.type === 'transcript.text.done') done = event.text;
        }
        assert.equal(text, done);
        if (hasSpeech) assert.match(text, /train leaves at nine/);
      });
      await check('audio.translations.create', async () => {
        const { text } = await client.audio.translations.create({ file: recording(), model: 'translation' });
        if (hasSpeech) assert.match(text, /train leaves at nine/);
      });
      await check('audio.speech.create as every format', async () => {
        const starts = {
          mp3: /^(ID3|\xff[\xfb\xf3\xf2])/,
          wav: /^RIFF/,
          flac: /^fLaC/,
          opus: /^OggS/,
          aac: /^\xff[\xf1\xf9]/,
        };
        for (const [response_format, start] of Object.entries(starts)) {
          const answer = await client.audio.speech.create({
            ...{ model: 'speech', input: 'Buenos días.', voice: 'es', speed: 1.5 },
            response_format: response_format as 'mp3',
          });
          const bytes = Buffer.from(await answer.arrayBuffer());
          assert.match(bytes.toString('latin1'), start);
          assert.ok(bytes.length > 1_000);
        }
      });
      await check('what was spoken is heard', async () => {
        if (!hasSpeech) return;
        const spoken = await client.audio.speech.create({
          ...{ model: 'speech', input: 'Good morning.', voice: 'alloy', response_format: 'wav' },
        });
        const file = await toFile(Buffer.from(await spoken.arrayBuffer()), 'spoken.wav', {
          type: 'audio/wav',
        });
        const { text } = await client.audio.transcriptions.create({ file, model: 'transcription' });
        assert.ok(text.length > 0);
      });
      await check('a client that goes away cancels its job', async () => {
        server.meet('silent');
        const { begun } = server.hung();
        const stop = new AbortController();
        const gone = client.chat.completions.create({ model: 'chat', messages }, { signal: stop.signal });
        // What ends before it was asked to is no cancellation.
        await Promise.race([begun, gone]);
        const [job] = (await api.jobs.list({ limit: 1 })).jobs;
        stop.abort();
        await assert.rejects(gone);
        assert.equal((await api.jobs.wait(job!.id, { signal, pollMs: 50 })).status, 'cancelled');
      });

      const refused = (work: Promise<unknown>, expected: object): Promise<void> =>
        assert.rejects(work, (error: unknown) => {
          assert.ok(error instanceof OpenAI.APIError);
          const { status, type, code, param } = error;
          const told = { status, type, code, param };
          for (const [name, value] of Object.entries(expected))
            assert.equal(told[name as 'status'], value, name);
          return true;
        });
      await cases.control('a wrong key, a flipped bit of a right one', async () => {
        const flipped = keys.owner.slice(0, -1) + (keys.owner.endsWith('0') ? '1' : '0');
        for (const key of ['sk-wrong', flipped])
          await refused(clientOf(key).models.list(), {
            status: 401,
            type: 'authentication_error',
            code: 'key.invalid',
          });
      });
      await cases.control('a model that serves something else', () =>
        refused(client.chat.completions.create({ model: 'speech', messages }), {
          status: 404,
          param: 'model',
        }),
      );
      await cases.control('an address of a picture', () =>
        refused(
          client.chat.completions.create({
            model: 'chat',
            messages: [
              {
                role: 'user',
                content: [{ type: 'image_url', image_url: { url: 'http://127.0.0.1/a.png' } }],
              },
            ],
          }),
          { status: 400, param: 'messages.0.content.0.image_url.url' },
        ),
      );
      await cases.control('what is no recording', async () => {
        const file = await toFile(Buffer.from('not a sound'), 'a.wav', { type: 'audio/wav' });
        await refused(client.audio.transcriptions.create({ file, model: 'transcription' }), {
          ...{ status: 422, type: 'invalid_request_error', code: 'media.unreadable' },
        });
      });
      await cases.control('tools', () =>
        refused(
          client.chat.completions.create({
            ...{ model: 'chat', messages },
            tools: [{ type: 'function', function: { name: 'x' } }],
          }),
          { status: 400, param: 'tools' },
        ),
      );
      await cases.control("another tenant's job is not theirs", async () => {
        const { id } = await client.chat.completions.create({ model: 'chat', messages });
        const foreign = new IntermodalClient({ url, key: keys.foreign });
        await assert.rejects(foreign.jobs.get(id.replace('chatcmpl-', 'job_')), /job\.not_found/);
      });
    } finally {
      await stack.end('worker-text');
      await stack.start('worker-text');
      await server.close();
    }
    return { cases: cases.list, figures: { calls, 'asked of the model': server.asked.length } };
  },
});
