/** Models that are run in the same way, whatever their weights: one runner opens all of them. */
export interface Archetype {
  /** For sentences, e.g. `text encoder`. */
  readonly name: string;
  /** What `model_type` says in the config.json of its models. */
  readonly modelTypes: readonly string[];
  /** Where models of one type are of several archetypes: what `architectures` says in those of this one. */
  readonly classes?: RegExp;
  /** What its models have beside config.json and networks. */
  readonly files: readonly string[];
  /** What it needs beside weights, by the name of the program and of its package in Debian. */
  readonly programs?: readonly string[];
  /** The address of its runner, which is one for all tasks: so a model that has several is loaded once. */
  readonly runner: string;
  /** A request that is made once when it is loaded. */
  readonly warmUp: unknown;
}

export const TOKENIZER: readonly string[] = ['tokenizer.json', 'tokenizer_config.json'];

/** What is read of a model's config.json. */
export interface ModelConfig {
  readonly model_type: string;
  readonly architectures: readonly string[];
  /** Everything else, as it stands there. */
  readonly [field: string]: unknown;
}

export const archetypeOf = (
  { model_type, architectures }: ModelConfig,
  archetypes: readonly Archetype[],
): Archetype | undefined =>
  archetypes.find(
    ({ modelTypes, classes }) =>
      modelTypes.includes(model_type) &&
      (classes === undefined || architectures.some((name) => classes.test(name))),
  );
