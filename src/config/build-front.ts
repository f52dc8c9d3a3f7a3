// Names by which the gate may be called, and limits on connections, from the file.

import { resolveConnectionOptions, type ConnectionOptions } from '../gateway/connection-options.js';
import type { GatewayOptions } from '../gateway/options.js';
import { under } from '../internal/option-problems.js';
import { compileHostList } from '../network/host-list.js';
import type { BuildContext } from './build-context.js';
import type { FileLimits } from './file-options.js';

/** Option → key below `limits`. */
const KEYS = {
  maxConnections: 'max_connections',
  maxPerClient: 'max_connections_per_client',
  writeTimeoutMs: 'write_timeout',
} as const satisfies Record<keyof ConnectionOptions, keyof FileLimits>;

/** What of the options the file says. */
export function buildFront({
  file,
  problems,
}: BuildContext): Pick<GatewayOptions, 'allowedHosts' | 'connections'> {
  const { allowed_hosts: allowedHosts, limits = {} } = file.options;
  const hosts = compileHostList(allowedHosts ?? []);
  if (!hosts.ok) {
    for (const { path, message } of under('allowed_hosts', hosts.error)) problems.add(path, message);
  }
  const connections: ConnectionOptions = {
    ...(limits.max_connections !== undefined && { maxConnections: limits.max_connections }),
    ...(limits.max_connections_per_client !== undefined && {
      maxPerClient: limits.max_connections_per_client,
    }),
    ...(limits.write_timeout !== undefined && { writeTimeoutMs: limits.write_timeout }),
  };
  const resolved = resolveConnectionOptions(connections);
  if (!resolved.ok) {
    for (const { path, message } of resolved.error) {
      const key = Object.entries(KEYS).find(([option]) => option === path)?.[1] ?? path;
      const unit =
        key === 'write_timeout' ? message.replace('a whole number', 'whole milliseconds') : message;
      problems.add(`limits.${key}`, unit);
    }
  }
  return {
    ...(allowedHosts !== undefined && { allowedHosts }),
    ...(Object.keys(connections).length > 0 && { connections }),
  };
}
