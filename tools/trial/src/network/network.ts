import { execFile } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ServerPlace } from '@intermodal/local-services';

const run = promisify(execFile);
const NETNS = '/run/netns';
/** Nobody is expected to use it: part of what is set aside for measurements between networks (RFC 2544). */
const PREFIX = '198.19';

/** Why there can be no hosts here; undefined where they can be. */
export function noNetworkWhy(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are of Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  if (!['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip'].some(existsSync))
    return 'the program ip is missing (Debian: iproute2)';
  return undefined;
}

/**
 * Hosts on one switch: a network namespace for each, a bridge that joins them, and this machine, which has an address on it, too.
 * Their links can be cut. Needs root. `close` leaves nothing behind; what a killed owner left, the next one removes.
 */
export class Network {
  readonly #number: number;
  readonly #bridge: string;
  readonly #hosts: ReadonlyMap<string, Host>;

  private constructor(number: number, bridge: string, hosts: ReadonlyMap<string, Host>) {
    this.#number = number;
    this.#bridge = bridge;
    this.#hosts = hosts;
  }

  static async open(names: readonly string[]): Promise<Network> {
    await removeForsaken();
    const number = await takeNumber();
    // At most 15 letters, and whose it is.
    const bridge = `im${number}b${process.pid.toString(36)}`;
    const hosts = new Map(
      names.map((name, i) => [
        name,
        {
          namespace: `intermodal-${process.pid}-${number}-${name}`,
          port: `im${number}p${i}${process.pid.toString(36)}`,
          address: `${PREFIX}.${number}.${i + 2}`,
        },
      ]),
    );
    const network = new Network(number, bridge, hosts);
    try {
      await ip('link', 'add', bridge, 'type', 'bridge');
      await ip('addr', 'add', `${network.gateway}/24`, 'dev', bridge);
      await ip('link', 'set', bridge, 'up');
      for (const { namespace, port, address } of hosts.values()) {
        await ip('netns', 'add', namespace);
        await ip('link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
        await ip('link', 'set', port, 'master', bridge, 'up');
        for (const args of [
          ['link', 'set', 'lo', 'up'],
          ['addr', 'add', `${address}/24`, 'dev', 'eth0'],
          ['link', 'set', 'eth0', 'up'],
        ])
          await ip('-n', namespace, ...args);
      }
      return network;
    } catch (error) {
      await network.close();
      throw error;
    }
  }

  /** The address of this machine. */
  get gateway(): string {
    return `${PREFIX}.${this.#number}.1`;
  }

  get names(): string[] {
    return [...this.#hosts.keys()];
  }

  place(name: string): ServerPlace {
    const { address, namespace } = this.#host(name);
    return { address, enter: ['ip', 'netns', 'exec', namespace] };
  }

  /** As if somebody pulled the cable: nobody is told. */
  async cut(name: string): Promise<void> {
    await ip('link', 'set', this.#host(name).port, 'down');
  }

  async mend(name: string): Promise<void> {
    await ip('link', 'set', this.#host(name).port, 'up');
  }

  /** Bytes that came from a host so far. */
  sentBy(name: string): number {
    return Number(readFileSync(`/sys/class/net/${this.#host(name).port}/statistics/rx_bytes`, 'utf8'));
  }

  async close(): Promise<void> {
    for (const { namespace, port } of this.#hosts.values()) {
      await removeNamespace(namespace);
      // The kernel takes a namespace down when it comes to it, and its cables with it.
      await ip('link', 'del', port).catch(() => {});
    }
    await ip('link', 'del', this.#bridge).catch(() => {});
    rmSync(takenFile(this.#number), { force: true });
  }

  #host(name: string): Host {
    const host = this.#hosts.get(name);
    if (!host) throw new Error(`There is no host '${name}'; there are ${this.names.join(', ')}.`);
    return host;
  }
}

interface Host {
  readonly namespace: string;
  /** The end of its cable at the switch. */
  readonly port: string;
  readonly address: string;
}

const ip = (...args: string[]): Promise<{ stdout: string }> => run('ip', args);

/** With all that runs in it, and its cable. */
async function removeNamespace(namespace: string): Promise<void> {
  if (!existsSync(`${NETNS}/${namespace}`)) return;
  for (let looks = 0; looks < 100; looks++) {
    const { stdout } = await ip('netns', 'pids', namespace);
    const pids = stdout.split('\n').filter(Boolean).map(Number);
    if (pids.length === 0) break;
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended meanwhile.
      }
    }
    await after(20);
  }
  await ip('netns', 'del', namespace);
}

async function removeForsaken(): Promise<void> {
  for (const name of existsSync(NETNS) ? readdirSync(NETNS) : []) {
    const owner = /^intermodal-(\d+)-/.exec(name)?.[1];
    if (owner !== undefined && !existsSync(`/proc/${owner}`)) await removeNamespace(name);
  }
  for (const name of readdirSync('/sys/class/net')) {
    const owner = /^im\d+(?:b|p\d)([0-9a-z]+)$/.exec(name)?.[1];
    if (owner !== undefined && !existsSync(`/proc/${parseInt(owner, 36)}`)) await ip('link', 'del', name);
  }
  for (const name of readdirSync('/run').filter((one) => one.startsWith('intermodal-network-'))) {
    const file = `/run/${name}`;
    if (!existsSync(`/proc/${readFileSync(file, 'utf8')}/`)) rmSync(file);
  }
}

/** Of a subnet that nobody has; it is ours until the file is removed. */
async function takeNumber(): Promise<number> {
  const { stdout } = await ip('-4', '-o', 'addr');
  for (let number = 1; number < 255; number++) {
    if (stdout.includes(` ${PREFIX}.${number}.`)) continue;
    try {
      writeFileSync(takenFile(number), String(process.pid), { flag: 'wx' });
      return number;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  throw new Error(`All networks ${PREFIX}.*.0/24 are taken.`);
}

const takenFile = (number: number): string => `/run/intermodal-network-${number}`;
