import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import {
  parseWavHeader,
  type SpeechRecogniser,
  type SpeechSynthesiser,
  type TextEmbedder,
  type TextGenerator,
  type Translator,
} from '@intermodal/models';
import { z } from 'zod';

/** What really does the work behind the server; what is not given answers 404. */
export interface OpenAiServerParts {
  readonly key: string;
  readonly models: readonly string[];
  /** Language by voice. */
  readonly voices?: Readonly<Record<string, string>>;
  readonly recogniser?: SpeechRecogniser;
  readonly synthesiser?: SpeechSynthesiser;
  readonly translator?: Translator;
  readonly generator?: TextGenerator;
  readonly embedder?: TextEmbedder;
}

/** In place of an answer. */
export type Fault =
  | {
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string | Buffer;
    }
  /** The connection is broken off: before the answer, or within it. */
  | 'reset'
  | 'half'
  /** Nothing is answered, or something without an end. */
  | 'silent'
  | 'endless';

export interface OpenAiServer {
  /** With the version. */
  readonly url: string;
  /** Paths that were asked for, the first one first. */
  readonly asked: readonly string[];
  /** The next requests meet these, one each, before anything is looked at. */
  meet(...faults: readonly Fault[]): void;
  /** When the next request that met `silent` or `endless` has begun; and when its connection was closed by the client. */
  hung(): { readonly begun: Promise<void>; readonly closed: Promise<void> };
  close(): Promise<void>;
}

/** A server of the parts of OpenAI's HTTP API that are used here. It refuses what OpenAI refuses, and what is not as documented. */
export async function startOpenAiServer(parts: OpenAiServerParts): Promise<OpenAiServer> {
  const folder = await mkdtemp(join(tmpdir(), 'intermodal-openai-'));
  const asked: string[] = [];
  const faults: Fault[] = [];
  let hung = { begun: Promise.withResolvers<void>(), closed: Promise.withResolvers<void>() };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    asked.push(request.url ?? '');
    const gone = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    const fault = faults.shift();
    if (fault === 'silent' || fault === 'endless') {
      const { begun, closed } = hung;
      response.on('close', closed.resolve);
      if (fault === 'endless')
        response.writeHead(200, { 'content-type': 'application/json' }).write('{"text":"');
      return begun.resolve();
    }
    const body = await buffer(request);
    if (fault === undefined) return answer(request, body, response, gone.signal);
    if (fault === 'reset') return void request.socket.resetAndDestroy();
    if (fault === 'half') {
      response.writeHead(200, { 'content-length': '1000' });
      return void response.write('{', () => request.socket.resetAndDestroy());
    }
    response.writeHead(fault.status, fault.headers).end(fault.body ?? '');
  };

  const answer = async (
    request: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> => {
    const type = request.headers['content-type'] ?? '';
    const give = (status: number, value: object | Buffer) =>
      Buffer.isBuffer(value)
        ? response.writeHead(status, { 'content-type': 'audio/wav' }).end(value)
        : response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    try {
      if (request.headers.authorization !== `Bearer ${parts.key}`)
        throw new Refusal(401, `Incorrect API key provided: ${request.headers.authorization}.`);
      if (request.method !== 'POST') throw new Refusal(405, 'Only POST is served.');
      const write = (event: object | '[DONE]') => {
        if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(`data: ${event === '[DONE]' ? event : JSON.stringify(event)}\n\n`);
      };
      const work = { type, body, folder, signal, write };
      const route = ROUTES[request.url ?? ''];
      if (!route) throw new Refusal(404, `Unknown request URL: POST ${request.url}.`);
      const answered = await route(parts, work);
      if (answered) give(200, answered);
      else response.end();
    } catch (error) {
      if (signal.aborted) return;
      const status = error instanceof Refusal ? error.status : error instanceof z.ZodError ? 400 : 500;
      give(status, { error: { message: (error as Error).message, type: 'invalid_request_error' } });
    }
  };

  const server = createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    meet: (...more) => void faults.push(...more),
    hung: () => {
      hung = { begun: Promise.withResolvers<void>(), closed: Promise.withResolvers<void>() };
      return { begun: hung.begun.promise, closed: hung.closed.promise };
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}

class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

interface Work {
  readonly type: string;
  readonly body: Buffer;
  readonly folder: string;
  readonly signal: AbortSignal;
  /** For an answer that is streamed: an event of it. */
  readonly write: (event: object | '[DONE]') => void;
}

/** Undefined when the answer was streamed. */
type Route = (parts: OpenAiServerParts, work: Work) => Promise<object | Buffer | undefined>;

let files = 0;

const ROUTES: Readonly<Record<string, Route>> = {
  '/v1/chat/completions': async ({ translator, generator, models }, { type, body, signal, write }) => {
    if (generator) return chatBy(generator, Conversation.parse(jsonOf(type, body, models)), signal, write);
    const { messages } = Chat.parse(jsonOf(type, body, models));
    const [{ content: instruction }, { content: text }] = messages;
    const [, from, to] = /from \p{L}+ \((\w+)\) to \p{L}+ \((\w+)\)/u.exec(instruction) ?? [];
    if (!translator || from === undefined || to === undefined)
      throw new Refusal(400, `This model only translates, and not: ${instruction}`);
    const [content] = await translator.translate([text], { from, to, signal });
    if (typeof content !== 'string') throw content ?? new Error('nothing was translated');
    const tokens = (value: string) => value.split(/\s+/).length;
    return {
      choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
      usage: { prompt_tokens: tokens(instruction) + tokens(text), completion_tokens: tokens(content) },
    };
  },

  '/v1/embeddings': async ({ embedder, models }, { type, body, signal }) => {
    const { input } = Embedding.parse(jsonOf(type, body, models));
    if (!embedder) throw new Refusal(404, 'There is no such model.');
    const { vectors, tokens } = await embedder.embed(input, { signal });
    // In another order than asked for, which is allowed: each says its place.
    const data = vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })).reverse();
    return { object: 'list', data, usage: { prompt_tokens: tokens, total_tokens: tokens } };
  },

  '/v1/audio/speech': async ({ synthesiser, models, voices = {} }, { type, body, folder, signal }) => {
    const { input, voice } = Speech.parse(jsonOf(type, body, models));
    const language = voices[voice];
    if (!synthesiser || language === undefined) throw new Refusal(400, `There is no voice '${voice}' here.`);
    const path = join(folder, `${(files += 1)}.wav`);
    await synthesiser.speak(input, path, { language, signal });
    const wav = await readFile(path);
    // As OpenAI's own, which is sent before its length is known.
    wav.writeUInt32LE(0xffff_ffff, parseWavHeader(wav, wav.length).dataOffset - 4);
    return wav;
  },

  '/v1/audio/transcriptions': async ({ recogniser, models }, { type, body, folder, signal }) => {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
    const { file, language, model } = Transcription.parse({
      ...Object.fromEntries(form),
      granularities: form.getAll('timestamp_granularities[]'),
    });
    if (!recogniser || !models.includes(model)) throw new Refusal(404, 'There is no such model.');
    const path = join(folder, `${(files += 1)}.wav`);
    await writeFile(path, Buffer.from(await file.arrayBuffer()));
    const { text, words } = await recogniser.transcribe(path, {
      language: language ?? null,
      signal,
    });
    const seconds = (ms: number) => ms / 1000;
    return {
      task: 'transcribe',
      text,
      words: words.map((it) => ({ word: it.text, start: seconds(it.startMs), end: seconds(it.endMs) })),
    };
  },
};

async function chatBy(
  generator: TextGenerator,
  { messages, stream, ...asked }: z.output<typeof Conversation>,
  signal: AbortSignal,
  write: Work['write'],
): Promise<object | undefined> {
  const piece = (choice: object) => write({ object: 'chat.completion.chunk', choices: [choice] });
  const reply = await generator.chat(messages, {
    maxTokens: asked.max_tokens,
    temperature: asked.temperature,
    topP: asked.top_p,
    seed: asked.seed,
    stop: asked.stop,
    schema: asked.response_format?.json_schema.schema,
    signal,
    ...(stream && {
      onText: (content: string) => piece({ index: 0, delta: { content }, finish_reason: null }),
    }),
  });
  const usage = { prompt_tokens: reply.promptTokens, completion_tokens: reply.completionTokens };
  if (!stream) {
    const message = { role: 'assistant', content: reply.text };
    return { choices: [{ index: 0, message, finish_reason: reply.finishReason }], usage };
  }
  piece({ index: 0, delta: {}, finish_reason: reply.finishReason });
  write({ object: 'chat.completion.chunk', choices: [], usage });
  write('[DONE]');
  return undefined;
}

const Conversation = z.strictObject({
  model: z.string(),
  messages: z
    .array(z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() }))
    .min(1),
  max_tokens: z.number().int().min(1),
  temperature: z.number().min(0).max(2),
  top_p: z.number().optional(),
  seed: z.number().int().optional(),
  stop: z.array(z.string()).max(4).optional(),
  response_format: z
    .strictObject({
      type: z.literal('json_schema'),
      json_schema: z.strictObject({
        name: z.string(),
        strict: z.literal(true),
        schema: z.record(z.string(), z.unknown()),
      }),
    })
    .optional(),
  stream: z.literal(true).optional(),
  stream_options: z.strictObject({ include_usage: z.literal(true) }).optional(),
});

const Embedding = z.strictObject({
  model: z.string(),
  input: z.array(z.string().min(1)).min(1),
  encoding_format: z.literal('float'),
});

const Chat = z.strictObject({
  model: z.string(),
  temperature: z.literal(0),
  messages: z.tuple([
    z.strictObject({ role: z.literal('system'), content: z.string() }),
    z.strictObject({ role: z.literal('user'), content: z.string().min(1) }),
  ]),
});

const Speech = z.strictObject({
  model: z.string(),
  input: z.string().min(1),
  voice: z.string(),
  response_format: z.literal('wav'),
});

const Transcription = z.strictObject({
  file: z.file().mime('audio/wav'),
  model: z.string(),
  language: z.string().length(2).optional(),
  response_format: z.literal('verbose_json'),
  granularities: z.tuple([z.literal('word'), z.literal('segment')]),
  'timestamp_granularities[]': z.unknown(),
});

function jsonOf(type: string, body: Buffer, models: readonly string[]): unknown {
  if (type !== 'application/json') throw new Refusal(415, `Unsupported content type '${type}'.`);
  const value: unknown = JSON.parse(body.toString());
  if (!models.includes((value as { model: string }).model)) throw new Refusal(404, 'There is no such model.');
  return value;
}
