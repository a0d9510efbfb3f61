/** An address that must not be asked. `{port}` is that of the canary, which the policy allows: only the host is wrong. */
export interface HostileAddress {
  readonly name: string;
  readonly url: string;
  /** What its name resolves to, the first time, the second … the last for ever. */
  readonly resolves?: readonly (readonly string[])[];
}

const literal = (kind: string, ...hosts: string[]): HostileAddress[] =>
  hosts.map((host) => ({ name: `${kind} ${host}`, url: `http://${host}:{port}/` }));
const whole = (kind: string, ...urls: string[]): HostileAddress[] =>
  urls.map((url) => ({ name: `${kind} ${url}`, url }));
const named = (name: string, ...resolves: string[][]): HostileAddress => ({
  ...{ name, resolves },
  url: `http://${name.replaceAll(/[^a-z0-9]+/g, '-')}.example:{port}/`,
});

/** Everything that should have been thought of, as the design has it, and what was found in advisories of others. */
export const HOSTILE_ADDRESSES: readonly HostileAddress[] = [
  ...literal('loopback', '127.0.0.1', '127.0.0.2', '127.255.255.254', '127.1', '127.0.1'),
  ...literal('loopback in decimal', '2130706433', '2130706434'),
  ...literal('loopback in hexadecimal', '0x7f000001', '0x7f.0x0.0x0.0x1', '0x7f.1', '0x7F.0.0.1'),
  ...literal('loopback in octal', '0177.0.0.1', '017700000001', '0177.0.0.01', '00177.1'),
  ...literal('loopback in a mixture', '0x7f.0.0.01', '127.0x0.1', '0177.0x0.0.1'),
  ...literal('loopback in other digits', '①②⑦.⓪.⓪.①', '127。0。0。1', '127．0．0．1', '１２７.0.0.1'),
  ...literal('loopback with a dot at the end', '127.0.0.1.', '2130706433.'),
  ...literal('loopback, encoded', '%31%32%37.0.0.1', '127.0.0.%31'),
  ...literal('this host', '0.0.0.0', '0', '0x0', '00.0.0.0', '0.1.2.3'),
  ...literal(
    'a private network',
    '10.0.0.1',
    '10.255.255.255',
    '172.16.0.1',
    '172.31.255.254',
    '192.168.0.1',
  ),
  ...literal('a private network in other ways', '0xa000001', '167772161', '192.168.257', '012.0.0.1'),
  ...literal('link-local', '169.254.0.1', '169.254.255.254'),
  ...literal(
    'metadata',
    '169.254.169.254',
    '169.254.170.2',
    '2852039166',
    '0xa9fea9fe',
    '0251.0376.0251.0376',
  ),
  ...literal('metadata of other clouds', '100.100.100.200', '168.63.129.16', '192.0.0.192'),
  ...literal('carrier-grade NAT', '100.64.0.1', '100.127.255.254'),
  ...literal('special purpose', '192.0.0.1', '192.0.2.1', '192.88.99.1', '198.18.0.1', '198.19.255.254'),
  ...literal('documentation', '198.51.100.1', '203.0.113.1'),
  ...literal('multicast and reserved', '224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255'),
  ...literal('IPv6 loopback', '[::1]', '[0:0:0:0:0:0:0:1]', '[::]', '[0000::0001]'),
  ...literal(
    'IPv4 mapped',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[0:0:0:0:0:ffff:7f00:1]',
    '[::ffff:169.254.169.254]',
  ),
  ...literal('IPv4 embedded', '[::127.0.0.1]', '[::7f00:1]', '[::ffff:0:127.0.0.1]'),
  ...literal('NAT64', '[64:ff9b::127.0.0.1]', '[64:ff9b::7f00:1]', '[64:ff9b:1::7f00:1]'),
  ...literal('6to4', '[2002:7f00:1::]', '[2002:a9fe:a9fe::1]'),
  ...literal('Teredo', '[2001::7f00:1]', '[2001:0:4136:e378:8000:63bf:80ff:fffe]'),
  ...literal('unique local', '[fc00::1]', '[fd00:ec2::254]', '[fd12:3456:789a::1]'),
  ...literal('IPv6 link-local, site-local', '[fe80::1]', '[febf::1]', '[fec0::1]'),
  ...literal('IPv6 multicast', '[ff02::1]', '[ff0e::1]'),
  ...literal(
    'IPv6 special purpose',
    '[2001:db8::1]',
    '[3fff::1]',
    '[100::1]',
    '[5f00::1]',
    '[2620:4f:8000::1]',
  ),
  ...literal('a zone', '[fe80::1%25eth0]', '[::1%25lo]'),
  named('resolves to loopback', ['127.0.0.1']),
  named('resolves to ipv6 loopback', ['::1']),
  named('resolves to mapped loopback', ['::ffff:127.0.0.1']),
  named('resolves to a private network', ['10.0.0.1']),
  named('resolves to metadata', ['169.254.169.254']),
  named('resolves to nat64', ['64:ff9b::7f00:1']),
  named('resolves to 6to4', ['2002:7f00:1::']),
  named('resolves to unique local', ['fd00:ec2::254']),
  named('resolves to public and private', ['93.184.216.34', '127.0.0.1']),
  named('resolves to private and public', ['127.0.0.1', '93.184.216.34']),
  named('resolves to public and ipv6 private', ['93.184.216.34', '::1']),
  named('resolves to nothing', []),
  named('resolves to what is no address', ['localhost']),
  named('rebinds to loopback', ['93.184.216.34'], ['127.0.0.1']),
  named('rebinds to metadata', ['93.184.216.34'], ['169.254.169.254']),
  named('rebinds to ipv6 loopback', ['2606:2800:220:1::1'], ['::1']),
  named('rebinds to a mixture', ['93.184.216.34'], ['93.184.216.34', '127.0.0.1']),
  { name: 'localhost', url: 'http://localhost:{port}/', resolves: [['127.0.0.1', '::1']] },
  { name: 'LOCALHOST.', url: 'http://LOCALHOST.:{port}/', resolves: [['127.0.0.1']] },
  { name: 'a name below localhost', url: 'http://a.localhost:{port}/', resolves: [['127.0.0.1']] },
  { name: 'a name with a dot at the end', url: 'http://inside.example.:{port}/', resolves: [['10.0.0.1']] },
  { name: 'an international name', url: 'http://bücher.example:{port}/', resolves: [['127.0.0.1']] },
  { name: 'a name of another alphabet', url: 'http://lоcalhost:{port}/', resolves: [['127.0.0.1']] },
  { name: 'a name with soft hyphens', url: 'http://local\u00adhost:{port}/', resolves: [['127.0.0.1']] },
  ...whole(
    'a user name',
    'http://user@127.0.0.1:{port}/',
    'http://user:password@93.184.216.34/',
    'http://93.184.216.34@127.0.0.1:{port}/',
  ),
  ...whole(
    'a user name that hides the host',
    'http://93.184.216.34:80@127.0.0.1:{port}/',
    'http://a:b@93.184.216.34:{port}/',
  ),
  ...whole(
    'another port',
    'http://93.184.216.34:22/',
    'http://93.184.216.34:25/',
    'https://93.184.216.34:6379/',
    'http://93.184.216.34:8080/',
  ),
  ...whole(
    'another scheme',
    'file:///etc/passwd',
    'ftp://127.0.0.1:{port}/',
    'gopher://127.0.0.1:{port}/_x',
    'dict://127.0.0.1:{port}/',
    'ws://127.0.0.1:{port}/',
  ),
  ...whole(
    'no web address',
    'data:text/plain,x',
    'javascript:alert(1)',
    'jar:http://127.0.0.1:{port}/!/',
    'unix:/var/run/docker.sock',
    '//127.0.0.1:{port}/',
    'http:///',
    '',
  ),
  ...whole('backslashes', 'http:\\\\127.0.0.1:{port}\\', 'http://127.0.0.1:{port}\\@93.184.216.34/'),
  ...whole(
    'white space',
    ' http://127.0.0.1:{port}/',
    'http://127.0.0.1:{port}/\n',
    'ht\ntp://127.0.0.1:{port}/',
  ),
];
