// Finds targets that answer without a credential although strangers can reach them: a front door is of little use
// beside an open window.

import type { Warning } from '../errors.js';
import type { Clock } from '../internal/clock.js';
import { isLoopback, parseIpAddress } from '../network/ip-address.js';
import { createHttpTarget } from '../targets/http-target.js';
import type { HttpTargetOptions } from '../targets/options.js';

/** Whether a target's URL leads to this machine itself. */
function isLoopbackUrl(url: string): boolean {
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  const address = parseIpAddress(host);
  return address !== undefined && isLoopback(address);
}

/** Asks a target once, as a stranger would; the warning when it answers. One request, bounded like any fetch. */
export async function warnIfOpen(options: HttpTargetOptions, clock: Clock): Promise<Warning | undefined> {
  if (isLoopbackUrl(options.url)) return undefined;
  const { credential: _, ...withoutCredential } = options;
  const stranger = createHttpTarget(withoutCredential, { clock });
  const fetched = await stranger.fetch('text');
  await stranger.close();
  if (!fetched.ok) return undefined;
  return {
    code: 'WARN_SCRAPEGATE_TARGET_OPEN',
    message:
      `target "${options.name}" answers without a credential on an address that others may reach; ` +
      'let it listen on loopback or a private network only, or give it a credential of its own',
  };
}
