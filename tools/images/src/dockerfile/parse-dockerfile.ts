/** One stage: what it begins with, and what is done then. */
export interface Stage {
  /** The name after AS; the last stage has none. */
  readonly name: string | undefined;
  /** An image, or an earlier stage. */
  readonly from: string;
  readonly steps: readonly Step[];
}

export type Step = { readonly line: number } & (
  | {
      readonly kind: 'copy';
      readonly from: string | undefined;
      readonly source: string;
      readonly target: string;
    }
  | { readonly kind: 'run'; readonly mounts: readonly Mount[]; readonly command: string }
  | { readonly kind: 'set'; readonly settings: ImageSettings }
);

export type Mount =
  | { readonly type: 'cache'; readonly target: string }
  | { readonly type: 'bind'; readonly from: string; readonly source: string; readonly target: string };

/** How a container of an image is started; later ones win over earlier ones. */
export interface ImageSettings {
  readonly environment?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly folder?: string;
  readonly user?: { readonly uid: number; readonly gid: number };
  readonly ports?: readonly number[];
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly healthcheck?: readonly string[];
}

/**
 * Reads the part of Docker's language that the files of infra/docker use: ARG before the first FROM, FROM, COPY of one source,
 * RUN of a shell command with cache and bind mounts, ENV, LABEL, WORKDIR, USER by numbers, EXPOSE, and HEALTHCHECK, ENTRYPOINT
 * and CMD as JSON.
 * @throws at whatever else there is, with its line: what is not understood is not tested
 */
export function parseDockerfile(text: string): Stage[] {
  const args = new Map<string, string>();
  const stages: { name: string | undefined; from: string; steps: Step[] }[] = [];
  for (const { line, keyword, rest } of instructionsOf(text)) {
    const refuse = (why: string): never => {
      throw new Error(`line ${line}: ${keyword} ${why}`);
    };
    const stage = stages.at(-1);
    if (keyword === 'ARG') {
      if (stage) refuse('inside a stage is not supported.');
      const [, name, value] = /^([A-Z_]+)=(\S+)$/.exec(rest) ?? refuse('must be NAME=value.');
      args.set(name!, value!);
      continue;
    }
    if (keyword === 'FROM') {
      const [, image, , name] =
        /^(\S+)(\s+AS\s+([a-z][a-z0-9-]*))?$/.exec(rest) ?? refuse('must be IMAGE [AS name].');
      const from = image!.replace(
        /\$\{([A-Z_]+)\}/g,
        (_, arg: string) => args.get(arg) ?? refuse(`: no ARG ${arg}.`),
      );
      stages.push({ name, from, steps: [] });
      continue;
    }
    if (!stage) return refuse('before the first FROM is not supported.');
    const known = stages.slice(0, -1).flatMap(({ name }) => name ?? []);
    stage.steps.push({ line, ...stepOf(keyword, rest, known, refuse) });
  }
  return stages;
}

type Refuse = (why: string) => never;
type Bare<Of> = Of extends unknown ? Omit<Of, 'line'> : never;

function stepOf(keyword: string, rest: string, stages: readonly string[], refuse: Refuse): Bare<Step> {
  switch (keyword) {
    case 'COPY': {
      const [, , from, source, target] =
        /^(--from=(\S+)\s+)?([^\s-]\S*)\s+(\S+)$/.exec(rest) ??
        refuse('must be [--from=stage] source target.');
      if (from !== undefined && !stages.includes(from))
        refuse(`--from=${from}: there is no such stage before.`);
      return { kind: 'copy', from, source: source!, target: target! };
    }
    case 'RUN':
      return runOf(rest, stages, refuse);
    case 'ENV':
      return { kind: 'set', settings: { environment: pairsOf(rest, refuse) } };
    case 'LABEL':
      return { kind: 'set', settings: { labels: pairsOf(rest, refuse) } };
    case 'WORKDIR':
      return rest.startsWith('/') ? { kind: 'set', settings: { folder: rest } } : refuse('must be absolute.');
    case 'USER': {
      const [, uid, gid] = /^(\d+):(\d+)$/.exec(rest) ?? refuse('must be uid:gid, as numbers.');
      return { kind: 'set', settings: { user: { uid: Number(uid), gid: Number(gid) } } };
    }
    case 'EXPOSE':
      if (!/^\d+( \d+)*$/.test(rest)) refuse('must be ports.');
      return { kind: 'set', settings: { ports: rest.split(' ').map(Number) } };
    case 'ENTRYPOINT':
      return { kind: 'set', settings: { entrypoint: jsonOf(rest, refuse) } };
    case 'CMD':
      return { kind: 'set', settings: { command: jsonOf(rest, refuse) } };
    case 'HEALTHCHECK': {
      const [, command] =
        /^(?:--[a-z-]+=\S+\s+)*CMD\s+(\[.*)$/.exec(rest) ?? refuse('must be [options] CMD [...].');
      return { kind: 'set', settings: { healthcheck: jsonOf(command!, refuse) } };
    }
    default:
      return refuse('is not supported.');
  }
}

function runOf(rest: string, stages: readonly string[], refuse: Refuse): Bare<Step> {
  const mounts: Mount[] = [];
  let command = rest;
  for (let found; (found = /^--(\S+)\s+/.exec(command)); command = command.slice(found[0].length)) {
    const [, options] = /^mount=(.*)$/.exec(found[1]!) ?? refuse(`--${found[1]} is not supported.`);
    const { type, target, from, source, ...others } = Object.fromEntries(
      options!.split(',').map((option) => option.split('=', 2) as [string, string]),
    );
    const more = Object.keys(others);
    if (more.length > 0) refuse(`--mount: ${more.join(', ')} is not supported.`);
    if (!target) return refuse('--mount without a target.');
    if (type === 'cache' && !from && !source) mounts.push({ type, target });
    else if (type === 'bind' && from && source && stages.includes(from))
      mounts.push({ type, from, source, target });
    else
      refuse(
        `--mount=${options} is not supported: type=cache,target=…, or type=bind,from=STAGE,source=…,target=….`,
      );
  }
  if (command.startsWith('[')) refuse('as JSON is not supported.');
  return { kind: 'run', mounts, command };
}

function jsonOf(text: string, refuse: Refuse): string[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
  } catch {
    // Told below.
  }
  return refuse(
    'must be a JSON list of strings, or a shell would stand between the signals and the process.',
  );
}

function pairsOf(text: string, refuse: Refuse): Record<string, string> {
  const pairs = [...text.matchAll(/\s*([A-Za-z_][\w.]*)=("([^"\\$]*)"|[^\s"'\\$]+)(?=\s|$)/g)];
  if (pairs.map(([whole]) => whole).join('') !== text)
    refuse('must be NAME=value or NAME="value", without $.');
  return Object.fromEntries(pairs.map(([, name, value, quoted]) => [name!, quoted ?? value!]));
}

/** Comments left out, lines that end in a backslash put together. */
function instructionsOf(text: string): { line: number; keyword: string; rest: string }[] {
  const found: { line: number; keyword: string; rest: string }[] = [];
  let open: { line: number; text: string } | undefined;
  for (const [i, raw] of text.split('\n').entries()) {
    const content = raw.trim();
    if (content === '' || content.startsWith('#')) continue;
    open ??= { line: i + 1, text: '' };
    const goesOn = content.endsWith('\\');
    open.text += (open.text && ' ') + (goesOn ? content.slice(0, -1).trim() : content);
    if (goesOn) continue;
    const [, keyword, rest] = /^(\S+)\s*(.*)$/.exec(open.text)!;
    found.push({ line: open.line, keyword: keyword!.toUpperCase(), rest: rest! });
    open = undefined;
  }
  if (open) throw new Error(`line ${open.line}: the file ends in the middle of an instruction.`);
  return found;
}

/** All settings of a stage together. */
export function settingsOf(steps: readonly Step[]): ImageSettings {
  let all: ImageSettings = {};
  for (const step of steps) {
    if (step.kind !== 'set') continue;
    const { environment, labels } = step.settings;
    all = {
      ...all,
      ...step.settings,
      environment: { ...all.environment, ...environment },
      labels: { ...all.labels, ...labels },
    };
  }
  return all;
}
