// Resolves a target's host name, leaving out addresses where no metrics live but cloud credentials do.
// A name can be pointed elsewhere after the configuration was read, so this runs at each connect. An address that the
// operator wrote out needs no lookup and is called as written.

import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { BlockList, type LookupFunction } from 'node:net';
import { ADDRESS_REFUSED } from './failure.js';

const refused = new BlockList();
// Link-local: 169.254.169.254 and its relatives hand out the machine's own cloud credentials.
refused.addSubnet('169.254.0.0', 16, 'ipv4');
refused.addSubnet('fe80::', 10, 'ipv6');
// The same services at the addresses that some clouds give them outside the link-local range.
refused.addAddress('fd00:ec2::254', 'ipv6');
refused.addAddress('fd20:ce::254', 'ipv6');
refused.addAddress('100.100.100.200', 'ipv4');
refused.addAddress('168.63.129.16', 'ipv4');
// Unspecified (connects to this machine), multicast and reserved: never the address of a target.
refused.addSubnet('0.0.0.0', 8, 'ipv4');
refused.addAddress('::', 'ipv6');
refused.addSubnet('224.0.0.0', 3, 'ipv4');
refused.addSubnet('ff00::', 8, 'ipv6');

/** Resolves every address of a name; `dns.lookup` with `all` in the process, a stand-in in tests. */
export type ResolveAll = (
  hostname: string,
  options: { readonly all: true; readonly family?: number; readonly hints?: number },
  callback: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

/** A lookup for sockets that fails with the code `ADDRESS_REFUSED` when a name has no address that may be called. */
export function createAddressLookup(resolve: ResolveAll = systemLookupAll): LookupFunction {
  return (hostname, options, callback) => {
    const family = options.family === 'IPv4' ? 4 : options.family === 'IPv6' ? 6 : (options.family ?? 0);
    resolve(hostname, { all: true, family, hints: options.hints ?? 0 }, (error, addresses) => {
      if (error !== null) {
        callback(error, []);
        return;
      }
      const allowed = addresses.filter(isAllowed);
      const [first] = allowed;
      if (first === undefined) callback(refusal(), []);
      else if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

const systemLookupAll: ResolveAll = (hostname, options, callback) => {
  systemLookup(hostname, options, callback);
};

function isAllowed({ address, family }: LookupAddress): boolean {
  // Without the zone of a scoped address, which the list does not understand and would let through.
  const [plain = ''] = address.split('%');
  return !refused.check(plain, family === 6 ? 'ipv6' : 'ipv4');
}

function refusal(): NodeJS.ErrnoException {
  return Object.assign(new Error('no address of the host may be called'), { code: ADDRESS_REFUSED });
}
