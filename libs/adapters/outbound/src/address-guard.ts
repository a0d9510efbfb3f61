import { BlockList, isIP } from 'node:net';

/** Where requests may go whose addresses users gave. */
export interface AddressPolicy {
  /** True on one machine: loopback may be reached, on any port. */
  readonly loopback: boolean;
  /** False where only https is accepted. */
  readonly http: boolean;
  /** 80, 443 and 8443 when left out. */
  readonly ports?: readonly number[];
  /** Networks that the operator allows, as CIDR: on any port, with or without TLS. */
  readonly networks?: readonly string[];
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
  isPublicAddress(address) || isOwnAddress(address, policy);

/** Whether the operator says that it may be reached, whatever it is. */
export const isOwnAddress = (address: string, policy: AddressPolicy): boolean =>
  (policy.loopback && isLoopback(address)) || isIn(networksOf(policy), address);

const isIn = (list: BlockList, address: string): boolean =>
  isIP(address) !== 0 && list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');

const known = new WeakMap<AddressPolicy, BlockList>();

function networksOf(policy: AddressPolicy): BlockList {
  const networks = policy.networks ?? [];
  const list =
    known.get(policy) ??
    blockListOf(
      networks.filter((one) => !one.includes(':')),
      networks.filter((one) => one.includes(':')),
    );
  known.set(policy, list);
  return list;
}

const isLoopback = (address: string): boolean => isIn(loopback, address);

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
  if (url.username !== '' || url.password !== '') return 'must not carry a user name or password.';
  const literal = literalOf(url);
  if (literal !== undefined && !isAllowedAddress(literal, policy))
    return `names ${literal}, which is not a public address.`;
  if (literal !== undefined && isOwnAddress(literal, policy)) return undefined;
  if (policy.loopback && url.hostname === 'localhost') return undefined;
  // Of a name, it shows when it is resolved.
  if (literal === undefined && (policy.networks ?? []).length > 0) return undefined;
  return publicFault(url, policy);
}

/** What is wrong with a URL that leads to the public internet. */
export function publicFault(url: URL, policy: AddressPolicy): string | undefined {
  if (url.protocol === 'http:' && !policy.http) return 'must begin with https://.';
  const port = Number(url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port);
  const ports = policy.ports ?? PORTS;
  return ports.includes(port) ? undefined : `names port ${port}; ${ports.join(', ')} may be used.`;
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
