// What the status page says of clients that were refused. An operator has to recognise a scraper of their own; nobody
// needs to read who else there is. So an address of a private network is shown as it is, and one of the internet is cut
// to its network (/24, /48). The log has whole addresses.

import { formatIpAddress, isPrivate, parseIpAddress } from '../network/ip-address.js';
import type { ClientStatus, RefusalData } from '../status/data.js';
import { truncateIp } from '../views/truncate-ip.js';
import type { History } from './history.js';

const MAX_CLIENTS = 20;

/** Refusals, the clients of one network together. */
export function refusalData(
  history: History,
  lockedOutClients: number,
  ageOf: (atMs: number) => number,
): RefusalData {
  const clients = new Map<string, ClientStatus>();
  // From the one that was refused longest ago, so that the latest failure of a network stays.
  for (const [client, { refusals, failure }] of history.clients.entries()) {
    const network = networkOf(client);
    const last = { reason: failure.reason, ageMs: ageOf(failure.atMs) };
    clients.set(network, { network, refusals: refusals + (clients.get(network)?.refusals ?? 0), last });
  }
  const latest = [...clients.values()].toReversed().toSorted((a, b) => a.last.ageMs - b.last.ageMs);
  return {
    lockedOutClients,
    reasons: history.minutes.reasons(),
    clients: latest.slice(0, MAX_CLIENTS),
    moreClients: Math.max(0, latest.length - MAX_CLIENTS),
  };
}

/** As much of a client's address as is shown. What is no address is a fixed word of the gate. */
export function networkOf(client: string): string {
  const ip = parseIpAddress(client);
  if (ip === undefined) return client;
  return isPrivate(ip) ? formatIpAddress(ip) : (truncateIp(client) ?? 'unknown');
}
