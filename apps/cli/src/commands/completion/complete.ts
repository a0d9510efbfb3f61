import type { Argument, Command, Option } from 'commander';

/** A word that may stand where the cursor is, and what it is, for shells that show it. */
export interface Candidate {
  readonly value: string;
  readonly about?: string | undefined;
}

/** What may stand in a place. Files and folders are the shell's to find: it knows how to quote them. */
export interface Offer {
  readonly candidates: readonly Candidate[];
  readonly paths?: 'files' | 'folders' | undefined;
}

/** What may stand where a command has an argument or the value of an option: `retry <id>`, `jobs --status`. */
export type ValuesOf = (place: string) => Promise<Offer>;

const NOTHING: Offer = { candidates: [] };

/**
 * What may stand where the cursor is. All but values is read from the program itself.
 * @param words of the command line, without `intermodal`; the last one is where the cursor is, and may be empty
 */
export async function complete(
  program: Command,
  words: readonly string[],
  valuesOf: ValuesOf,
): Promise<Offer> {
  const current = words.at(-1) ?? '';
  const at = walk(program, words.slice(0, -1));
  if (at.option) return startingWith(current, await ofOption(at, at.option, valuesOf));
  if (!at.onlyArguments && current.startsWith('--') && current.includes('=')) {
    const equals = current.indexOf('=');
    const option = at.command.options.find(({ long }) => long === current.slice(0, equals));
    if (!option || takesNoValue(option)) return NOTHING;
    const { candidates, paths } = await ofOption(at, option, valuesOf);
    const whole = candidates.map(({ value, about }) => ({ value: `${option.long}=${value}`, about }));
    return startingWith(current, { candidates: whole, paths });
  }
  if (!at.onlyArguments && current.startsWith('-')) return startingWith(current, optionsOf(at.command));
  if (at.arguments === 0 && at.command.commands.length > 0)
    return startingWith(current, commandsOf(at.command));
  const argument = argumentOf(at);
  if (argument) return startingWith(current, await ofArgument(at, argument, valuesOf));
  return at.onlyArguments ? NOTHING : startingWith(current, optionsOf(at.command));
}

interface Place {
  readonly command: Command;
  /** Names of the commands down to this one. */
  readonly path: readonly string[];
  /** How many arguments stand before the cursor. */
  readonly arguments: number;
  /** Whose value is wanted next. */
  readonly option: Option | undefined;
  /** After `--`. */
  readonly onlyArguments: boolean;
}

function walk(program: Command, before: readonly string[]): Place {
  let at: Place = { command: program, path: [], arguments: 0, option: undefined, onlyArguments: false };
  for (const word of before) at = step(at, word);
  return at;
}

function step(at: Place, word: string): Place {
  if (at.option) return { ...at, option: undefined };
  if (!at.onlyArguments && word === '--') return { ...at, onlyArguments: true };
  if (!at.onlyArguments && word.startsWith('-')) {
    const option = at.command.options.find(({ long, short }) => word === long || word === short);
    return { ...at, option: option && !takesNoValue(option) ? option : undefined };
  }
  const isFirst = at.arguments === 0 && at.command.commands.length > 0;
  // `help batch` is followed as `batch` is.
  if (isFirst && word === 'help') return at;
  const next = isFirst && at.command.commands.find((one) => one.name() === word);
  if (next) return { ...at, command: next, path: [...at.path, word] };
  return { ...at, arguments: at.arguments + 1 };
}

const takesNoValue = ({ required, optional }: Option): boolean => !required && !optional;

function argumentOf({ command, arguments: before }: Place): Argument | undefined {
  const all = command.registeredArguments;
  return all[before] ?? (all.at(-1)?.variadic ? all.at(-1) : undefined);
}

const ofArgument = (at: Place, argument: Argument, valuesOf: ValuesOf): Promise<Offer> | Offer =>
  fixed(argument.argChoices) ?? valuesOf([...at.path, `<${argument.name()}>`].join(' '));

/** `--out <folder>` wants a folder wherever it stands; what the name of the value does not tell, the option does. */
async function ofOption(at: Place, option: Option, valuesOf: ValuesOf): Promise<Offer> {
  const choices = fixed(option.argChoices);
  if (choices) return choices;
  const found = await valuesOf([...at.path, option.long].join(' '));
  if (found.candidates.length > 0 || found.paths) return found;
  return /<folder>/.test(option.flags) ? { candidates: [], paths: 'folders' } : NOTHING;
}

const fixed = (choices: readonly string[] | undefined): Offer | undefined =>
  choices && { candidates: choices.map((value) => ({ value })) };

const commandsOf = (command: Command): Offer => ({
  candidates: command
    .createHelp()
    .visibleCommands(command)
    .map((one) => ({ value: one.name(), about: one.description() })),
});

const optionsOf = (command: Command): Offer => ({
  candidates: command
    .createHelp()
    .visibleOptions(command)
    .map(({ long, short, description }) => ({ value: long ?? short ?? '', about: description })),
});

const startingWith = (current: string, { candidates, paths }: Offer): Offer => ({
  candidates: candidates.filter(({ value }) => value.startsWith(current)),
  paths,
});
