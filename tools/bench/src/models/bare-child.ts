import type { HostedModelSpec, ModelHosts } from '@intermodal/models';
import { openWorkload, type WorkloadName } from './workload.ts';

// The yardstick of hosts: everything in this one process, in a plain loop. Arguments: workload, times, folder, mirror.

/** Runs models where it is. */
const bare: ModelHosts = {
  device: 'cpu',
  async open({ runner, load, device = 'cpu' }: HostedModelSpec) {
    const module = (await import(runner)) as {
      load(options: object): Promise<{ handle(request: unknown, call: object): Promise<unknown> }>;
    };
    const { handle } = await module.load({ load, device, threads: 1 });
    return {
      device,
      call: (request, { signal }) => handle(request, { signal, alive() {}, partial() {} }),
      close: async () => {},
    };
  },
};

const [name, times, folder, mirror] = process.argv.slice(2) as [WorkloadName, string, string, string];
await using work = await openWorkload(name, bare, { folder, mirror });
await work.once();
const begun = performance.now();
for (let i = 0; i < Number(times); i++) await work.once();
process.send!({ ms: performance.now() - begun });
process.disconnect();
