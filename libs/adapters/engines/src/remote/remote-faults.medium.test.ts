import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineRoom, type RemoteServer, type Translator } from '@intermodal/models';
import { startOpenAiServer, writeSounds, type Fault, type OpenAiServer } from '@intermodal/testing';
import { testContext } from '@intermodal/testing/engine-contracts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Remote } from './remote.ts';
import { RequestLimiter } from './request-limiter.ts';
import recogniser from './speech-recogniser/remote.engine.ts';
import synthesiser from './speech-synthesiser/remote.engine.ts';
import translator from './translator/remote.engine.ts';

const { signal } = new AbortController();
const KEY = 'sk-very-secret';
const SECRET_TEXT = 'the password of my bank';
const pair = { from: 'en', to: 'es', signal };

let server: OpenAiServer;
let lines: { fields: object; message: string }[];
let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'intermodal-remote-'))));
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  lines = [];
  // Its answer depends on what it is asked, and on nothing else.
  const reversed: Translator = {
    translate: async (texts) => texts.map((text) => [...text].reverse().join('')),
  };
  server = await startOpenAiServer({ key: KEY, models: ['m'], translator: reversed });
});
afterEach(() => server.close());

const settings = (given: Partial<RemoteServer> = {}): RemoteServer => ({
  ...{ url: server.url, key: KEY, model: 'm', languages: ['en', 'es'], temperature: 0 },
  ...{ timeoutMs: 60_000, retries: 2, maxInFlight: 4 },
  ...given,
});
const log = {
  info: (fields: object, message: string) => void lines.push({ fields, message }),
  warn: (fields: object, message: string) => void lines.push({ fields, message }),
};
const context = (given: Partial<RemoteServer> = {}) => ({
  ...testContext(),
  log,
  remotes: {
    Translator: settings(given),
    SpeechRecogniser: settings(given),
    SpeechSynthesiser: settings({ voices: { '*': 'en-voice' }, ...given }),
  },
});
const translate = async (text: string, given: Partial<RemoteServer> = {}) =>
  (await (await translator.open(context(given))).use.translate([text], pair))[0];

/** A client whose waits between tries take no time, and what it would have waited. */
function asking(given: Partial<RemoteServer> = {}) {
  const waits: number[] = [];
  const remote = new Remote({
    ...{ server: settings(given), capability: 'Translator', variable: 'INTERMODAL_REMOTE_TRANSLATOR', log },
    limiter: new RequestLimiter(settings(given)),
    wait: async (ms) => void waits.push(ms),
  });
  const body = {
    ...{ model: 'm', temperature: 0 },
    messages: [
      { role: 'system', content: 'from English (en) to Spanish (es)' },
      { role: 'user', content: SECRET_TEXT },
    ],
  };
  const ask = (stop = signal) =>
    remote.ask({ path: '/chat/completions', body, signal: stop, maxBytes: 10_000, hidden: [SECRET_TEXT] });
  return { ask, waits };
}

describe('a remote engine', () => {
  it('says which settings are missing', async () => {
    const room = new EngineRoom([translator], { Translator: ['remote'] }, testContext());
    await expect(room.resolve('Translator')).rejects.toMatchObject({
      code: 'engine.unavailable',
      message: expect.stringContaining(
        'set INTERMODAL_REMOTE_URL and INTERMODAL_REMOTE_TRANSLATOR_MODEL',
      ) as string,
    });
    const set = new EngineRoom([translator], { Translator: ['remote'] }, context());
    expect(await set.resolve('Translator')).toMatchObject({ engine: 'remote', model: 'm', device: 'remote' });
  });

  it('logs what a call used and costs, and nothing of what was said', async () => {
    expect(await translate(SECRET_TEXT, { price: { input: 100, output: 1000 } })).toBe(
      'knab ym fo drowssap eht',
    );
    const [{ fields, message }] = lines as [{ fields: Record<string, number>; message: string }];
    expect(message).toBe('remote engine asked');
    expect(fields).toMatchObject({ capability: 'Translator', model: 'm', tries: 1, outputTokens: 5 });
    expect(fields.cost).toBeCloseTo((100 * fields.inputTokens! + 1000 * 5) / 1_000_000);
    expect(JSON.stringify(lines)).not.toMatch(/secret|bank|knab/);
  });

  it('asks for no more at a time than it may, also of several capabilities', async () => {
    await server.close();
    const two = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    let present = 0;
    let most = 0;
    const held: Translator = {
      async translate([text]) {
        most = Math.max(most, ++present);
        if (present === 2) two.resolve();
        await gate.promise;
        present -= 1;
        return [text!.toUpperCase()];
      },
    };
    server = await startOpenAiServer({ key: KEY, models: ['m'], translator: held });
    const shared = context({ maxInFlight: 2 });
    const [one, other] = [await translator.open(shared), await translator.open(shared)];
    const texts = Array.from({ length: 20 }, (_, i) => `text ${i}`);
    const answers = Promise.all(texts.map((text, i) => (i % 2 ? one : other).use.translate([text], pair)));
    await two.promise;
    // Whoever else was let through has been sent before these, which come and go one after the other.
    for (let i = 0; i < 20; i++) await (await fetch(`${server.url}/nothing`)).body?.cancel();
    expect(present).toBe(2);
    gate.resolve();
    expect(await answers).toEqual(texts.map((text) => [text.toUpperCase()]));
    expect(most).toBe(2);
  });

  it('asks nothing for silence and for texts without a word', async () => {
    await writeSounds(join(folder, 'silence.wav'), [{ kind: 'silence', ms: 500 }]);
    const heard = (await recogniser.open(context())).use;
    const spoken = (await synthesiser.open(context())).use;
    await heard.transcribe(join(folder, 'silence.wav'), { language: 'en', signal });
    await spoken.speak('…', join(folder, 'spoken.wav'), { language: 'en', signal });
    expect(server.asked).toEqual([]);
  });
});

describe('a remote engine tries again', () => {
  it.each<[string, Fault, least: number]>([
    ['500', { status: 500 }, 375],
    ['429 with Retry-After', { status: 429, headers: { 'retry-after': '7' } }, 7000],
    ['a broken connection', 'reset', 375],
    ['half an answer', 'half', 375],
  ])('after %s', async (_name, fault, least) => {
    server.meet(fault, fault);
    const { ask, waits } = asking();
    expect(await ask()).toMatchObject({ tries: 3 });
    expect(waits).toHaveLength(2);
    for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(least);
    expect(server.asked).toHaveLength(3);
  });

  it('as often as it may, and then leaves it to the task', async () => {
    server.meet(...Array<Fault>(3).fill({ status: 503, body: 'sk-very-secret' }));
    const { ask } = asking();
    await expect(ask()).rejects.toMatchObject({
      code: 'engine.unreachable',
      kind: 'operational',
      message: 'The remote Translator answered 503, so the task is tried again later.',
    });
    expect(server.asked).toHaveLength(3);
  });

  it('not when the server asks for more time than there is', async () => {
    server.meet({ status: 429, headers: { 'retry-after': '61' } });
    const { ask, waits } = asking();
    await expect(ask()).rejects.toMatchObject({ code: 'engine.unreachable' });
    expect(waits).toEqual([]);
  });

  it('says that nobody listens', async () => {
    const { ask } = asking();
    await server.close();
    await expect(ask()).rejects.toMatchObject({
      code: 'engine.unreachable',
      message: 'The connection to the remote Translator broke (ECONNREFUSED).',
    });
    server = await startOpenAiServer({ key: KEY, models: ['m'] });
  });

  it('stops between tries when it is told to', async () => {
    server.meet({ status: 500 });
    const stop = new AbortController();
    const reason = new Error('told to stop');
    const remote = new Remote({
      ...{ server: settings(), capability: 'Translator', variable: 'INTERMODAL_REMOTE_TRANSLATOR', log },
      limiter: new RequestLimiter(settings()),
      wait: (_ms, waiting) => {
        stop.abort(reason);
        return Promise.reject(waiting.reason as Error);
      },
    });
    const request = { path: '/chat/completions', body: {}, maxBytes: 10, hidden: [] };
    await expect(remote.ask({ ...request, signal: stop.signal })).rejects.toBe(reason);
  });
});

describe('a remote engine gives up at once', () => {
  it.each<[number, string, code: string, message: RegExp]>([
    [401, '', 'engine.unavailable', /INTERMODAL_REMOTE_TRANSLATOR_KEY, or INTERMODAL_REMOTE_KEY/],
    [403, '{"error":"sk-very-secret"}', 'engine.unavailable', /refused the key \(403\)/],
    [404, '{"error":{"message":"no model m"}}', 'engine.unavailable', /_TRANSLATOR_MODEL.*no model m/],
    [302, '', 'engine.unavailable', /answered 302: look at/],
    [413, '{"message":"too long"}', 'input.too_large', /too large: too long/],
    [
      400,
      '{"error":{"message":"too  many\\ntokens"}}',
      'input.invalid',
      /refused the request: too many tokens$/,
    ],
    [400, `{"error":"${SECRET_TEXT}? ${KEY}!"}`, 'input.invalid', /refused the request: …\? …!$/],
    [422, '{"detail":[{"msg":"wrong","input":"x"},{"msg":"y"}]}', 'input.invalid', /request: wrong$/],
    [422, '{"detail":"wrong"}', 'input.invalid', /request: wrong$/],
    [400, '<html>', 'input.invalid', /it does not say why/],
    [400, `{"error":"${'x'.repeat(1000)}"}`, 'input.invalid', /request: x{199}…$/],
    [400, `{"error":"${'x'.repeat(100_000)}"}`, 'input.invalid', /it does not say why/],
  ])('at %i %.50s', async (status, body, code, message) => {
    server.meet({ status, body, headers: { location: 'http://127.0.0.1:1/' } });
    const { ask } = asking();
    const error = await ask().then(
      () => undefined,
      (thrown: unknown) => thrown as Error,
    );
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) as string });
    expect(JSON.stringify([error, error?.message, lines])).not.toMatch(/very-secret|bank/);
    expect(server.asked).toHaveLength(1);
  });

  it('with a key that the server really refuses, and a model that it does not have', async () => {
    await expect(translate('a', { key: 'sk-wrong' })).rejects.toMatchObject({ code: 'engine.unavailable' });
    await expect(translate('a', { key: undefined })).rejects.toMatchObject({ code: 'engine.unavailable' });
    await expect(translate('a', { model: 'x' })).rejects.toThrow('There is no such model.');
    await expect(translate('a', { url: server.url.replace('/v1', '/v2') })).rejects.toThrow('404');
  });

  it.each([
    ['{"choices":', /no JSON/],
    ['{"choices":[]}', /JSON whose 'choices'/],
    ['{"choices":[{"message":{"content":" "}}]}', /no translation/],
    ['x'.repeat(17 * 1024 ** 2), /more than 16777216 bytes/],
  ])('at an answer that is %.40s', async (body, message) => {
    server.meet({ status: 200, body });
    await expect(translate('a')).rejects.toMatchObject({
      code: 'engine.answer_invalid',
      kind: 'operational',
      message: expect.stringMatching(message) as string,
    });
  });

  it.each([
    ['{"choices":[{"message":{"content":"half of"},"finish_reason":"length"}]}', 'input.too_large'],
    ['{"choices":[{"message":{"refusal":"I cannot."},"finish_reason":"stop"}]}', 'input.invalid'],
  ])('at %.60s', async (body, code) => {
    server.meet({ status: 200, body });
    await expect(translate('a')).rejects.toMatchObject({ code, kind: 'user' });
  });

  it('at sound that is none', async () => {
    server.meet({ status: 200, body: 'ID3 an MP3' });
    const { use } = await synthesiser.open(context());
    const path = join(folder, 'spoken.wav');
    await expect(use.speak('a', path, { language: 'en', signal })).rejects.toMatchObject({
      code: 'engine.answer_invalid',
      message: expect.stringContaining('no mono 16-bit WAV') as string,
    });
  });

  it('leaves out what a model thought before', async () => {
    const content = '<think>\\nhouse is casa\\n</think>\\n\\ncasa';
    server.meet({ status: 200, body: `{"choices":[{"message":{"content":"${content}"}}]}` });
    expect(await translate('house')).toBe('casa');
  });
});

describe.each<Fault>(['silent', 'endless'])('a server that is %s', (fault) => {
  it('is left when the caller is told to stop, and hears of it', async () => {
    server.meet(fault);
    const stop = new AbortController();
    const reason = new Error('told to stop');
    const { begun, closed } = server.hung();
    const asked = asking({ maxInFlight: 1 });
    const call = asked.ask(stop.signal);
    const next = asked.ask();
    call.catch(() => {});
    await begun;
    stop.abort(reason);
    await expect(call).rejects.toBe(reason);
    await closed;
    expect(await next).toMatchObject({ tries: 1 });
  });

  it('is left when its time is over, and hears of it', async () => {
    server.meet(fault);
    const { closed } = server.hung();
    await expect(asking({ timeoutMs: 200 }).ask()).rejects.toMatchObject({
      code: 'engine.unreachable',
      message: 'The remote Translator did not answer within 200 ms (INTERMODAL_REMOTE_TIMEOUT_MS).',
    });
    await closed;
  });
});
