import { expect, test } from 'vitest';
import { infoFaults } from './start-faults.ts';

const info = (version: string, policy: string) =>
  `# Server\r\nredis_version:${version}\r\nos:Linux\r\n# Memory\r\nmaxmemory_policy:${policy}\r\n`;

test.each([
  ['6.2.0', 'noeviction', []],
  ['7.0.15', 'noeviction', []],
  ['10.1.0', 'noeviction', []],
  ['7.0.15', 'allkeys-lru', [/maxmemory-policy 'allkeys-lru': set it to 'noeviction'/]],
  ['6.0.16', 'noeviction', [/Redis there is 6.0.16, and 6.2 is the oldest/]],
  ['5.0.7', 'volatile-ttl', [/Redis there is 5.0.7/, /maxmemory-policy 'volatile-ttl'/]],
])('Redis %s with %s', (version, policy, faults) => {
  expect(infoFaults(info(version, policy))).toEqual(
    faults.map((fault) => expect.stringMatching(fault) as string),
  );
});
