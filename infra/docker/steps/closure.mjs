import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/**
 * All packages that these apps need when they run, as folders below the root: those of this repository, and the others.
 * What is optional and not installed is left out; so are the packages named in `without`, which an image does not run.
 * `npm ci --omit=dev --workspace` would bring what the tests of our libraries need, too.
 */
export function closureOf(root, apps, without) {
  const ours = new Set();
  const theirs = new Set();
  const open = apps.map((folder) => join(root, folder));
  for (let folder; (folder = open.pop());) {
    const isTheirs = folder.includes('node_modules');
    const set = isTheirs ? theirs : ours;
    const name = relative(root, folder);
    if (set.has(name)) continue;
    set.add(name);
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    );
    const isOptional = (dependency) =>
      optionalDependencies?.[dependency] !== undefined || peerDependenciesMeta?.[dependency]?.optional;
    const required = (dependency) => !peerDependenciesMeta?.[dependency]?.optional;
    const wanted = Object.keys({
      ...dependencies,
      ...optionalDependencies,
      ...Object.fromEntries(Object.entries(peerDependencies ?? {}).filter(([one]) => required(one))),
    });
    for (const dependency of wanted) {
      if (without.has(dependency)) continue;
      const found = resolveFrom(folder, dependency, root);
      if (found) open.push(found);
      else if (!isOptional(dependency))
        throw new Error(`${name} needs ${dependency}, which is not installed: run npm ci.`);
    }
  }
  return { ours: [...ours].sort(), theirs: [...theirs].sort() };
}

/** As Node looks for it: beside the package, then further up. */
function resolveFrom(folder, dependency, root) {
  for (let at = folder; at.length >= root.length; at = dirname(at)) {
    const candidate = join(at, 'node_modules', dependency);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
  }
  return undefined;
}
