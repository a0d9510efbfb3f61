import { describe, expect, it } from 'vitest';
import { addressFault, isPublicAddress } from './address-guard.ts';

const cluster = { loopback: false, http: true };
const local = { loopback: true, http: true };

describe('addresses that are refused in a cluster', () => {
  it.each([
    ...[
      'http://127.0.0.1/',
      'http://127.1/',
      'http://2130706433/',
      'http://0x7f000001/',
      'http://0177.0.0.1/',
    ],
    ...['http://0/', 'http://0.0.0.0/', 'http://127.0.0.1./', 'http://①②⑦.⓪.⓪.①/', 'http://127.255.255.254/'],
    ...['http://10.0.0.1/', 'http://172.16.0.1/', 'http://172.31.255.255/', 'http://192.168.1.1/'],
    ...['http://100.64.0.1/', 'http://100.100.100.200/', 'http://169.254.169.254/', 'http://168.63.129.16/'],
    ...['http://192.0.0.192/', 'http://192.0.2.1/', 'http://192.88.99.1/', 'http://198.18.0.1/'],
    ...['http://198.51.100.7/', 'http://203.0.113.7/', 'http://224.0.0.1/', 'http://255.255.255.255/'],
    ...['http://[::1]/', 'http://[::]/', 'http://[::ffff:127.0.0.1]/', 'http://[::ffff:7f00:1]/'],
    ...[
      'http://[::127.0.0.1]/',
      'http://[::ffff:8.8.8.8]/',
      'http://[64:ff9b::7f00:1]/',
      'http://[fe80::1]/',
    ],
    ...['http://[fc00::1]/', 'http://[fd00:ec2::254]/', 'http://[ff02::1]/', 'http://[2001::1]/'],
    ...['http://[2001:db8::1]/', 'http://[2002:7f00:1::]/', 'http://[3fff::1]/', 'http://[100::1]/'],
    ...['ftp://example.com/', 'file:///etc/passwd', 'gopher://example.com/', 'javascript:alert(1)'],
    ...['http://user@example.com/', 'http://user:pw@example.com/', 'https://example.com:22/'],
    ...[
      'http://example.com:6379/',
      'https://example.com:8080/',
      'not a url',
      '',
      '//example.com/',
      'http://',
    ],
    ...['http://[fe80::1%25eth0]/', 'http://999.1.1.1/'],
  ])('%s', (url) => {
    expect(addressFault(url, cluster)).toMatch(/^(is|must|names) .*\.$/);
  });
});

it.each([
  ...['https://example.com/hook', 'http://example.com/', 'https://example.com:8443/', 'https://8.8.8.8/'],
  ...['http://172.32.0.1/', 'http://100.128.0.1/', 'http://11.0.0.1/', 'https://[2606:4700::1111]/'],
  ...['https://[2a00:1450::1]:443/?token=1', 'https://xn--bcher-kva.example/', 'http://1.1.1.1:80/'],
])('accepts %s', (url) => {
  expect(addressFault(url, cluster)).toBeUndefined();
});

it('wants https where it is told to', () => {
  expect(addressFault('http://example.com/', { loopback: false, http: false })).toMatch(/https/);
});

describe('on one machine', () => {
  it.each(['http://127.0.0.1:4000/', 'http://localhost:1/', 'http://[::1]:9999/', 'http://127.1.2.3:5/'])(
    'accepts %s',
    (url) => expect(addressFault(url, local)).toBeUndefined(),
  );
  it.each(['http://10.0.0.1/', 'http://169.254.169.254/', 'http://0.0.0.0:80/', 'http://[::ffff:10.0.0.1]/'])(
    'still refuses %s',
    (url) => expect(addressFault(url, local)).toMatch(/not a public address/),
  );
  it('still refuses odd ports elsewhere', () => {
    expect(addressFault('http://example.com:4000/', local)).toMatch(/port 4000/);
  });
});

it('takes nothing but an address for one', () => {
  for (const text of ['', 'localhost', '1.1.1', '2606:4700::1111%eth0', '1.1.1.1 '])
    expect(isPublicAddress(text), text).toBe(false);
});
