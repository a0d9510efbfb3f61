import { BlockList } from 'node:net';
import { z } from 'zod';
import { setting, wholeNumber, yesOrNo } from './setting.ts';

/** Where requests may go whose addresses users gave: webhooks, and files to fetch. */
export const outboundSettings = {
  outboundHttp: setting(
    {
      variable: 'INTERMODAL_OUTBOUND_HTTP',
      description:
        'Whether addresses of webhooks and of files to fetch may begin with http:// and not only with https://. Left out: in local mode.',
      example: 'true',
    },
    yesOrNo().optional(),
  ),
  outboundPorts: setting(
    {
      variable: 'INTERMODAL_OUTBOUND_PORTS',
      description: 'The ports that addresses of webhooks and of files to fetch may name.',
      example: '443',
    },
    z
      .string()
      .regex(/^\d{1,5}(,\d{1,5}){0,19}$/, 'expected up to 20 ports with commas between them')
      .transform((text) => text.split(',').map(Number))
      .default([80, 443, 8443]),
  ),
  outboundNetworks: setting(
    {
      variable: 'INTERMODAL_OUTBOUND_NETWORKS',
      description:
        'Networks that are not public and may be reached all the same, on any port, with or without TLS. Whoever may submit a job can then ask what is there.',
      example: '10.20.0.0/16,fd12:3456::/32',
    },
    z
      .string()
      .default('')
      .transform((text) => text.split(',').map((one) => one.trim()))
      .transform((networks) => networks.filter((one) => one !== ''))
      .refine(
        (networks) => networks.every(isNetwork),
        'expected networks like 10.20.0.0/16, with commas between them',
      ),
  ),
};

export const fetchSettings = {
  fetchMaxBytes: setting(
    {
      variable: 'INTERMODAL_FETCH_MAX_BYTES',
      description: 'The largest file that is fetched from an address, in bytes; 2 GiB when left out.',
      example: '104857600',
    },
    wholeNumber(1, 2 ** 40).default(2 ** 31),
  ),
};

export interface OutboundPolicy {
  readonly loopback: boolean;
  readonly http: boolean;
  readonly ports: readonly number[];
  readonly networks: readonly string[];
}

export const outboundOf = (values: {
  readonly mode: 'local' | 'cluster';
  readonly outboundHttp: boolean | undefined;
  readonly outboundPorts: readonly number[];
  readonly outboundNetworks: readonly string[];
}): OutboundPolicy => ({
  loopback: values.mode === 'local',
  http: values.outboundHttp ?? values.mode === 'local',
  ports: values.outboundPorts,
  networks: values.outboundNetworks,
});

function isNetwork(text: string): boolean {
  const [, address = '', bits = ''] = /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(text) ?? [];
  try {
    new BlockList().addSubnet(address, Number(bits), address.includes(':') ? 'ipv6' : 'ipv4');
    return true;
  } catch {
    return false;
  }
}
