import type { z } from 'zod';
import type { remoteSettings } from './remote-settings.ts';

/** A server that speaks OpenAI's HTTP API, as one capability uses it. */
export interface RemoteServer {
  /** Without a slash at its end. */
  readonly url: string;
  readonly key?: string;
  readonly model: string;
  readonly languages: readonly string[];
  /** By language; `*` for those that are not named. */
  readonly voices?: Readonly<Record<string, string>>;
  readonly temperature?: number;
  /** Each per its unit. */
  readonly price?: { readonly input: number; readonly output: number };
  readonly timeoutMs: number;
  readonly retries: number;
  readonly maxInFlight: number;
  readonly maxPerMinute?: number;
}

type Values = { [K in keyof typeof remoteSettings]: z.output<(typeof remoteSettings)[K]> };
type Fault = (variables: string, sentence: string) => void;

/** A server for every capability that a model is named for, or what is missing. */
export function remoteServersOf(values: Values, fault: Fault): Readonly<Record<string, RemoteServer>> {
  const { synthesiserVoice: voices } = values;
  const spoken = Object.keys(voices ?? {}).filter((language) => language !== '*');
  const capabilities = {
    SpeechRecogniser: {
      variable: 'INTERMODAL_REMOTE_SPEECH_RECOGNISER',
      model: values.recogniserModel,
      url: values.recogniserUrl,
      key: values.recogniserKey,
      languages: values.recogniserLanguages,
      price: values.recogniserPrice,
    },
    SpeechSynthesiser: {
      variable: 'INTERMODAL_REMOTE_SPEECH_SYNTHESISER',
      model: values.synthesiserModel,
      url: values.synthesiserUrl,
      key: values.synthesiserKey,
      languages: spoken.length > 0 ? spoken : values.synthesiserLanguages,
      price: values.synthesiserPrice,
      voices,
    },
    Translator: {
      variable: 'INTERMODAL_REMOTE_TRANSLATOR',
      model: values.translatorModel,
      url: values.translatorUrl,
      key: values.translatorKey,
      languages: values.translatorLanguages,
      price: values.translatorPrice,
      temperature: values.translatorTemperature,
    },
    TextGenerator: {
      variable: 'INTERMODAL_REMOTE_TEXT_GENERATOR',
      model: values.generatorModel,
      url: values.generatorUrl,
      key: values.generatorKey,
      languages: undefined,
      price: values.generatorPrice,
    },
    TextEmbedder: {
      variable: 'INTERMODAL_REMOTE_TEXT_EMBEDDER',
      model: values.embedderModel,
      url: values.embedderUrl,
      key: values.embedderKey,
      languages: undefined,
      price: values.embedderPrice,
    },
  };
  const servers: Record<string, RemoteServer> = {};
  for (const [capability, { variable, model, key, ...own }] of Object.entries(capabilities)) {
    const url = own.url ?? values.remoteUrl;
    if (model === undefined) continue;
    if (url === undefined) {
      fault(`${variable}_MODEL`, `is set, but no server: set INTERMODAL_REMOTE_URL or ${variable}_URL too.`);
      continue;
    }
    servers[capability] = present({
      ...own,
      model,
      url: url.replace(/\/+$/, ''),
      // The key of one server is nothing for another.
      key: key ?? (own.url === undefined ? values.remoteKey : undefined),
      languages: own.languages ?? values.remoteLanguages,
      timeoutMs: values.remoteTimeoutMs,
      retries: values.remoteRetries,
      maxInFlight: values.remoteMaxInFlight,
      maxPerMinute: values.remoteMaxPerMinute,
    });
  }
  return servers;
}

/** Without what is undefined. */
const present = (server: { [K in keyof RemoteServer]: RemoteServer[K] | undefined }): RemoteServer =>
  Object.fromEntries(
    Object.entries(server).filter(([, value]) => value !== undefined),
  ) as unknown as RemoteServer;
