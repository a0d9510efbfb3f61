import type { LookupAddress } from 'node:dns';
import type { RequestOptions } from 'node:http';

/**
 * Has a request connect to the very addresses that were checked: a name that changes its mind is not asked again. Node asks for names
 * only; a literal was checked as such.
 */
export const pinnedTo = (
  addresses: readonly LookupAddress[],
): Required<Pick<RequestOptions, 'agent' | 'lookup'>> => ({
  // A connection that is kept would go to where it went before.
  agent: false,
  lookup: (_host, { all }, done) =>
    all ? done(null, [...addresses]) : done(null, addresses[0]!.address, addresses[0]!.family),
});
