// Who may come as far as a request, under one configuration: whose word on the client is believed, by which names the
// gate may be called, how many connections there may be. Compiled once for each configuration.

import { valueOrThrow } from '../internal/option-problems.js';
import { compileTrust } from '../network/client-address.js';
import { compileHostList, loopbackHosts, type HostCheck } from '../network/host-list.js';
import type { PeerAddress } from '../network/peer-address.js';
import { resolveNetworkOptions } from '../network/resolve-options.js';
import { resolveConnectionOptions, type ResolvedConnectionOptions } from './connection-options.js';
import type { GatewayOptions } from './options.js';
import type { ListenerPurpose } from './routes.js';

/** The policy of a configuration. */
export interface FrontPolicy {
  readonly limits: ResolvedConnectionOptions;
  readonly trusts: (peer: PeerAddress) => boolean;
  /** Whether the connections of a listener have to begin with a PROXY header. */
  demandsProxyHeader(purpose: ListenerPurpose): boolean;
  /** `loopbackHost`: the host of a listener that only this machine can reach. */
  allowsHost(hostLines: readonly string[], loopbackHost: string | undefined): boolean;
}

/** @throws {ScrapegateError} ERR_SCRAPEGATE_OPTIONS_INVALID with every problem. */
export function createFrontPolicy({ guard, connections, allowedHosts }: GatewayOptions): FrontPolicy {
  const network = valueOrThrow('network', resolveNetworkOptions(guard.network));
  const own =
    allowedHosts === undefined ? undefined : valueOrThrow('allowedHosts', compileHostList(allowedHosts));
  const ofListeners = new Map<string, HostCheck>();
  const checkOf = (loopbackHost: string): HostCheck => {
    const known = ofListeners.get(loopbackHost);
    if (known !== undefined) return known;
    const check = valueOrThrow('allowedHosts', compileHostList(loopbackHosts(loopbackHost)));
    ofListeners.set(loopbackHost, check);
    return check;
  };
  return {
    limits: valueOrThrow('connections', resolveConnectionOptions(connections)),
    trusts: compileTrust(network),
    // Those that ask for health alone learn nothing that depends on who they are, and mostly cannot send one.
    demandsProxyHeader: (purpose) => network.clientAddressHeader === 'proxy_protocol' && purpose !== 'health',
    allowsHost(hostLines, loopbackHost) {
      if (own !== undefined) return own(hostLines);
      return loopbackHost === undefined || checkOf(loopbackHost)(hostLines);
    },
  };
}
