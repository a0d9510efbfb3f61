import { z } from 'zod';
import { address, setting, wholeNumber } from './setting.ts';

/** Those that OpenAI names for Whisper; general language models know them, too. */
const LANGUAGES =
  'en,es,fr,de,it,pt,nl,af,ar,az,be,bg,bs,ca,cs,cy,da,el,et,fa,fi,gl,he,hi,hr,hu,hy,id,is,ja,kk,kn,ko,lt,lv,mi,mk,mr,ms,ne,no,pl,ro,ru,sk,sl,' +
  'sr,sv,sw,ta,th,tl,tr,uk,ur,vi,zh';

const server = () =>
  address('http:', 'https:').refine(
    (value) => {
      if (!URL.canParse(value)) return true;
      const { username, password, hash } = new URL(value);
      return username === '' && password === '' && hash === '';
    },
    { error: 'expected an address without a name, a password and a #; the key has a setting of its own' },
  );

/** Anything else could not stand in a header. */
const bearer = () => z.string().regex(/^[\x21-\x7e]+$/, 'expected letters, digits and signs without spaces');

const languages = () =>
  z
    .string()
    .regex(/^[a-z]{2,3}(,[a-z]{2,3})*$/, 'expected language codes with commas between them, e.g. en,es')
    .transform((text) => [...new Set(text.split(','))]);

const AMOUNT = String.raw`\d{1,9}(\.\d{1,9})?`;

const price = () =>
  z
    .string()
    .regex(new RegExp(`^${AMOUNT}(/${AMOUNT})?$`), 'expected an amount, or two with a / between them')
    .transform((text) => {
      const [input = 0, output = 0] = text.split('/').map(Number);
      return { input, output };
    });

const VOICE = '[A-Za-z0-9._:+-]+';

const voices = () =>
  z
    .string()
    .regex(
      new RegExp(String.raw`^(${VOICE}|[a-z]{2,3}=${VOICE}(,[a-z]{2,3}=${VOICE})*)$`),
      'expected a voice, or language=voice with commas between them',
    )
    .transform((text): Record<string, string> =>
      text.includes('=')
        ? Object.fromEntries(text.split(',').map((entry) => entry.split('=') as [string, string]))
        : { '*': text },
    );

const ofCapability = (
  prefix: string,
  example: { readonly does: string; readonly model: string; readonly price: string; readonly per: string },
) => ({
  model: setting(
    {
      variable: `${prefix}_MODEL`,
      description: `The model of a remote server that ${example.does}. Setting it chooses the server for this, unless INTERMODAL_ENGINES says otherwise.`,
      example: example.model,
    },
    z.string().max(200).optional(),
  ),
  url: setting(
    {
      variable: `${prefix}_URL`,
      description: `The server that ${example.does}, where it is another one than INTERMODAL_REMOTE_URL.`,
      example: 'http://127.0.0.1:8000/v1',
    },
    server().optional(),
  ),
  key: setting(
    {
      variable: `${prefix}_KEY`,
      description: `Sent as a Bearer token to the server that ${example.does}. INTERMODAL_REMOTE_KEY is sent to INTERMODAL_REMOTE_URL only.`,
      example: '(a secret)',
      secret: true,
    },
    bearer().optional(),
  ),
  languages: setting(
    {
      variable: `${prefix}_LANGUAGES`,
      description: `The languages of the model that ${example.does}, where they are others than INTERMODAL_REMOTE_LANGUAGES.`,
      example: 'en,es',
    },
    languages().optional(),
  ),
  price: setting(
    {
      variable: `${prefix}_PRICE`,
      description: `What it costs ${example.per}, in a currency of yours; it is only logged.`,
      example: example.price,
    },
    price().optional(),
  ),
});

const recogniser = ofCapability('INTERMODAL_REMOTE_SPEECH_RECOGNISER', {
  does: 'turns speech into text',
  model: 'whisper-1',
  price: '0.006',
  per: 'a minute of audio',
});
const synthesiser = ofCapability('INTERMODAL_REMOTE_SPEECH_SYNTHESISER', {
  does: 'reads text aloud',
  model: 'tts-1',
  price: '15',
  per: 'a million characters',
});
const translator = ofCapability('INTERMODAL_REMOTE_TRANSLATOR', {
  does: 'translates',
  model: 'gemma3:12b',
  price: '0.15/0.6',
  per: 'a million tokens, read and written',
});

const generator = ofCapability('INTERMODAL_REMOTE_TEXT_GENERATOR', {
  does: 'answers and writes',
  model: 'gemma3:12b',
  price: '0.15/0.6',
  per: 'a million tokens, read and written',
});
const embedder = ofCapability('INTERMODAL_REMOTE_TEXT_EMBEDDER', {
  does: 'turns texts into vectors',
  model: 'nomic-embed-text',
  price: '0.02',
  per: 'a million tokens',
});

/** Servers that speak OpenAI's HTTP API. */
export const remoteSettings = {
  remoteUrl: setting(
    {
      variable: 'INTERMODAL_REMOTE_URL',
      description:
        'A server that speaks OpenAI\u2019s HTTP API, with its version. Nothing is sent there until a model is named for a capability.',
      example: 'http://127.0.0.1:11434/v1',
    },
    server().optional(),
  ),
  remoteKey: setting(
    {
      variable: 'INTERMODAL_REMOTE_KEY',
      description: 'Sent as a Bearer token to INTERMODAL_REMOTE_URL, and nowhere else.',
      example: 'sk-abc',
      secret: true,
    },
    bearer().optional(),
  ),
  remoteLanguages: setting(
    {
      variable: 'INTERMODAL_REMOTE_LANGUAGES',
      description:
        'The languages that remote models are asked for, because a server cannot say them; left out, the 57 that OpenAI names for Whisper.',
      example: 'en,es,de',
    },
    z.string().default(LANGUAGES).pipe(languages()),
  ),
  remoteTimeoutMs: setting(
    {
      variable: 'INTERMODAL_REMOTE_TIMEOUT_MS',
      description:
        'How long a call of a remote server may take with all its tries, in milliseconds; the wait for a free place is not counted.',
      example: '60000',
    },
    // Node's own fetch ends an answer that does not begin within 300 s.
    wholeNumber(100, 290_000).default(120_000),
  ),
  remoteRetries: setting(
    {
      variable: 'INTERMODAL_REMOTE_RETRIES',
      description: 'How many further tries a call has after the first, before its task is tried again later.',
      example: '3',
    },
    wholeNumber(0, 20).default(3),
  ),
  remoteMaxInFlight: setting(
    {
      variable: 'INTERMODAL_REMOTE_MAX_IN_FLIGHT',
      description: 'How many calls one worker process makes to a remote server at a time.',
      example: '4',
    },
    wholeNumber(1, 1_000).default(4),
  ),
  remoteMaxPerMinute: setting(
    {
      variable: 'INTERMODAL_REMOTE_MAX_PER_MINUTE',
      description:
        'How many requests one worker process sends to a remote server in any minute; left out, as many as there are.',
      example: '60',
    },
    wholeNumber(1, 1_000_000).optional(),
  ),
  recogniserModel: recogniser.model,
  recogniserUrl: recogniser.url,
  recogniserKey: recogniser.key,
  recogniserLanguages: recogniser.languages,
  recogniserPrice: recogniser.price,
  synthesiserModel: synthesiser.model,
  synthesiserUrl: synthesiser.url,
  synthesiserKey: synthesiser.key,
  synthesiserLanguages: synthesiser.languages,
  synthesiserPrice: synthesiser.price,
  synthesiserVoice: setting(
    {
      variable: 'INTERMODAL_REMOTE_SPEECH_SYNTHESISER_VOICE',
      description:
        'The voice that reads text aloud, alloy when left out; or language=voice, joined by commas, which are then the languages that there are.',
      example: 'en=af_heart,es=ef_dora',
    },
    z.string().default('alloy').pipe(voices()),
  ),
  translatorModel: translator.model,
  translatorUrl: translator.url,
  translatorKey: translator.key,
  translatorLanguages: translator.languages,
  translatorPrice: translator.price,
  translatorTemperature: setting(
    {
      variable: 'INTERMODAL_REMOTE_TRANSLATOR_TEMPERATURE',
      description:
        'How much the translator\u2019s model leaves to chance; none for models that refuse to be told.',
      example: 'none',
    },
    z
      .string()
      .regex(/^(none|[01](\.\d{1,3})?)$/, 'expected none, or a number below 2')
      .default('0')
      .transform((text) => (text === 'none' ? undefined : Number(text))),
  ),
  generatorModel: generator.model,
  generatorUrl: generator.url,
  generatorKey: generator.key,
  generatorPrice: generator.price,
  embedderModel: embedder.model,
  embedderUrl: embedder.url,
  embedderKey: embedder.key,
  embedderPrice: embedder.price,
};
