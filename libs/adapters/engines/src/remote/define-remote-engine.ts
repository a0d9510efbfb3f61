import {
  defineEngine,
  type Capability,
  type Engine,
  type RemoteCapability,
  type RemoteServer,
  type RemoteServers,
} from '@intermodal/models';
import { Remote } from './remote.ts';
import { RequestLimiter } from './request-limiter.ts';

/** Limits are a server's and not a capability's: one of each for whoever shares the settings, which is a worker process. */
const limiters = new WeakMap<RemoteServers, Map<string, RequestLimiter>>();

/**
 * The engine `remote` of a capability: a server of OpenAI's HTTP API. It is available when its model is named; whether the
 * server answers is not asked, because what serves a task must not depend on when its worker was started.
 * @param variable before the names of its settings
 */
export const defineRemoteEngine = <Interface>(
  capability: Capability<Interface> & { readonly name: string },
  variable: string,
  make: (remote: Remote) => Interface,
): Engine<Interface> => {
  const serverOf = (remotes: RemoteServers): RemoteServer | undefined =>
    remotes[capability.name as RemoteCapability];
  return defineEngine(capability, {
    name: 'remote',
    probe: async ({ remotes }) =>
      serverOf(remotes) === undefined
        ? {
            available: false,
            reason: `no remote server is set: set INTERMODAL_REMOTE_URL and ${variable}_MODEL.`,
          }
        : { available: true },
    open: async ({ remotes, log }) => {
      const server = serverOf(remotes)!;
      const known = limiters.get(remotes) ?? new Map<string, RequestLimiter>();
      limiters.set(remotes, known);
      const limiter = known.get(server.url) ?? new RequestLimiter(server);
      known.set(server.url, limiter);
      const remote = new Remote({ server, capability: capability.name, variable, limiter, log });
      return { use: make(remote), model: server.model, device: 'remote', close: async () => {} };
    },
  }) as Engine<Interface>;
};
