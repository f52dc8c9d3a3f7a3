// Finds targets that answer without a credential although strangers can reach them: a front door is of little use
// beside an open window.

import type { Warning } from '../errors.js';
import type { Clock } from '../internal/clock.js';
import { leadsToLoopback } from '../network/host-list.js';
import { createHttpTarget } from '../targets/http-target.js';
import type { HttpTargetOptions } from '../targets/options.js';

/** RFC 6761 section 6.3: names below `localhost` are this machine, too. */
function staysHere(text: string): boolean {
  const url = new URL(text);
  return url.hostname.endsWith('.localhost') || leadsToLoopback(url);
}

/** Asks a target once, as a stranger would; the warning when it answers. One request, bounded like any fetch. */
export async function warnIfOpen(options: HttpTargetOptions, clock: Clock): Promise<Warning | undefined> {
  if (staysHere(options.url)) return undefined;
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
