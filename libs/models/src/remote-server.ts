/** Capabilities that a server of OpenAI's HTTP API can provide. */
export type RemoteCapability =
  'SpeechRecogniser' | 'SpeechSynthesiser' | 'TextEmbedder' | 'TextGenerator' | 'Translator';

/** What the provider asks for, in whatever currency the operator counts; only logged. */
export interface RemotePrice {
  /** Per minute of audio, per million characters spoken, or per million tokens read. */
  readonly input: number;
  /** Per million tokens written; 0 where only the input is paid for. */
  readonly output: number;
}

/** A server that speaks OpenAI's HTTP API, as one capability uses it. */
export interface RemoteServer {
  /** With the version and without a slash at its end, e.g. `http://127.0.0.1:11434/v1`. */
  readonly url: string;
  /** Sent as a Bearer token. */
  readonly key?: string | undefined;
  readonly model: string;
  /** ISO 639-1 codes; the server itself cannot be asked. */
  readonly languages: readonly string[];
  /** Voice by language; `*` speaks those that are not named. Only a SpeechSynthesiser has them. */
  readonly voices?: Readonly<Record<string, string>> | undefined;
  /** Only a Translator has it, unless its model refuses one. */
  readonly temperature?: number | undefined;
  readonly price?: RemotePrice | undefined;
  /** For one call with all its tries, not counting the wait for a free place. */
  readonly timeoutMs: number;
  /** Further tries after the first. */
  readonly retries: number;
  /** Calls at a time from this process to this address. */
  readonly maxInFlight: number;
  /** Tries a minute from this process to this address; undefined for no limit. */
  readonly maxPerMinute?: number | undefined;
}

/** The servers that are set; a capability without one has no remote engine. */
export type RemoteServers = Readonly<Partial<Record<RemoteCapability, RemoteServer>>>;
