import { allows, IntermodalError, type Scope } from '@intermodal/contracts';

/** @throws IntermodalError `key.scope` that names what is missing */
export function assertScopes(has: readonly Scope[], wanted: readonly Scope[]): void {
  const missing = wanted.filter((scope) => !allows(has, scope));
  if (missing.length === 0) return;
  throw new IntermodalError(
    'key.scope',
    `This key lacks the scope ${missing.join(', ')}: use a key that has it, or make one.`,
    { details: missing.map((scope) => ({ path: 'scopes', message: `${scope} is missing` })) },
  );
}
