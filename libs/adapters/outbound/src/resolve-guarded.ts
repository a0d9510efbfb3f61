import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import {
  isAllowedAddress,
  isOwnAddress,
  literalOf,
  publicFault,
  type AddressPolicy,
} from './address-guard.ts';

export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/** As the system resolves names, /etc/hosts included: that is what a connection would do. */
export const systemResolve: Resolve = (host) => lookup(host, { all: true, verbatim: true });

export type Resolved =
  | { readonly addresses: readonly LookupAddress[] }
  /** `temporary`: may be better in a moment. */
  | { readonly problem: string; readonly temporary: boolean };

/** All addresses of a URL's host, when every single one may be reached. */
export async function resolveGuarded(url: URL, policy: AddressPolicy, resolve: Resolve): Promise<Resolved> {
  const literal = literalOf(url);
  if (literal !== undefined)
    return allowedOf([{ address: literal, family: literal.includes(':') ? 6 : 4 }], url, policy);
  try {
    return allowedOf(await resolve(url.hostname), url, policy);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    return { problem: `'${url.hostname}' does not resolve (${code}).`, temporary: code !== 'ENOTFOUND' };
  }
}

function allowedOf(addresses: readonly LookupAddress[], url: URL, policy: AddressPolicy): Resolved {
  const bad = addresses.length === 0 || addresses.some(({ address }) => !isAllowedAddress(address, policy));
  // The address stays unsaid: it would tell a stranger about the network this runs in.
  if (bad)
    return { problem: `'${url.hostname}' resolves to an address that is not public.`, temporary: false };
  const isOwn = url.hostname === 'localhost' && policy.loopback;
  if (!isOwn && !addresses.every(({ address }) => isOwnAddress(address, policy))) {
    const fault = publicFault(url, policy);
    if (fault !== undefined) return { problem: `The address ${fault}`, temporary: false };
  }
  return { addresses };
}
