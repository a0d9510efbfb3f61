import { BlockList, isIP } from 'node:net';

/** Where messages may go. */
export interface AddressPolicy {
  /** True on one machine: loopback may be reached, on any port. */
  readonly loopback: boolean;
  /** False where only https is accepted. */
  readonly http: boolean;
}

const PORTS = [80, 443, 8443];

/** Special-purpose blocks of IANA's registry, and Azure's wire server. */
const NOT_PUBLIC_4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15'],
  ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4', '168.63.129.16/32'],
];
/** Within 2000::/3, outside of which nothing is public: Teredo and its like, documentation, 6to4, AS112. */
const NOT_PUBLIC_6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'];

const blocked = blockListOf(NOT_PUBLIC_4, NOT_PUBLIC_6);
const global6 = blockListOf([], ['2000::/3']);
const loopback = blockListOf(['127.0.0.0/8'], ['::1/128']);

/** Whether an IP address is one of the public internet. What is no address is not. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !blocked.check(address, 'ipv4');
    case 6:
      return !address.includes('%') && global6.check(address, 'ipv6') && !blocked.check(address, 'ipv6');
    default:
      return false;
  }
}

export const isAllowedAddress = (address: string, policy: AddressPolicy): boolean =>
  isPublicAddress(address) || (policy.loopback && isLoopback(address));

const isLoopback = (address: string): boolean =>
  isIP(address) !== 0 && loopback.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');

/** The host as an address, when it is one; `[::1]` is. */
export function literalOf(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(host) === 0 ? undefined : host;
}

/** What is wrong with a URL before any name is resolved, as the end of a sentence; undefined when nothing is. */
export function addressFault(text: string, policy: AddressPolicy): string | undefined {
  const url = URL.parse(text);
  if (!url) return 'is no URL; expected one like https://example.com/hook.';
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must begin with https:// or http://.';
  if (url.username !== '' || url.password !== '')
    return 'must not carry a user name or password; messages are signed instead.';
  const literal = literalOf(url);
  if (literal !== undefined && !isAllowedAddress(literal, policy))
    return `names ${literal}, which is not a public address.`;
  const local =
    policy.loopback && (url.hostname === 'localhost' || (literal !== undefined && isLoopback(literal)));
  if (local) return undefined;
  if (url.protocol === 'http:' && !policy.http) return 'must begin with https://.';
  const port = Number(url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port);
  return PORTS.includes(port) ? undefined : `names port ${port}; ${PORTS.join(', ')} may be used.`;
}

function blockListOf(v4: readonly string[], v6: readonly string[]): BlockList {
  const list = new BlockList();
  const add = (subnet: string, family: 'ipv4' | 'ipv6') => {
    const [address, bits] = subnet.split('/');
    list.addSubnet(address!, Number(bits), family);
  };
  for (const subnet of v4) add(subnet, 'ipv4');
  for (const subnet of v6) add(subnet, 'ipv6');
  return list;
}
