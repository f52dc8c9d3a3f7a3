// Which names a request may call the gate by, against DNS rebinding (C15): a web page whose name is pointed at this
// machine sends its own name as Host, and no page can send another. RFC 9112 section 3.2. Pure: no name is resolved.

import type { Problem } from '../errors.js';
import { fail, ok, type Result } from '../internal/result.js';
import { isLoopback, parseIpAddress } from './ip-address.js';

/** Whether a request with these Host lines may be answered. */
export type HostCheck = (hostLines: readonly string[]) => boolean;

/** In a list: every name. */
const ANY_HOST = '*';
/** A name, an IPv4 address or an IPv6 address in brackets, and perhaps a port. */
const HOST = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9_](?:[a-z0-9._-]{0,252}[a-z0-9_])?)(?::([0-9]{1,5}))?$/;
/** The names by which a machine calls itself. */
const LOOPBACK_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Compiles a list of names. An entry without a port holds for every port; `*` is every name. The problems have the index
 * of their entry as path.
 */
export function compileHostList(list: readonly string[]): Result<HostCheck, readonly Problem[]> {
  const problems: Problem[] = [];
  const names = new Set<string>();
  for (const [index, entry] of list.entries()) {
    const name = typeof entry === 'string' ? entry.toLowerCase() : '';
    if (name !== ANY_HOST && !HOST.test(name)) {
      problems.push({
        path: `[${index}]`,
        message: 'not a host name; expected one such as gate.example, gate.example:9087 or [2001:db8::1]',
      });
    }
    names.add(name);
  }
  if (problems.length > 0) return fail(problems);
  if (names.has(ANY_HOST)) return ok(() => true);
  return ok((hostLines) => {
    const [line, ...others] = hostLines;
    if (line === undefined || others.length > 0) return false;
    const [whole, name] = HOST.exec(line.toLowerCase()) ?? [];
    return whole !== undefined && name !== undefined && (names.has(whole) || names.has(name));
  });
}

/** The list of a listener that only this machine can reach; `host` as it was configured, IPv6 without brackets. */
export function loopbackHosts(host: string): readonly string[] {
  return [...LOOPBACK_HOSTS, host.includes(':') ? `[${host}]` : host];
}

/** Whether the host of a URL is this machine itself. */
export function leadsToLoopback({ hostname }: Pick<URL, 'hostname'>): boolean {
  return isLoopbackHost(hostname.replaceAll(/^\[|\]$/g, ''));
}

/** Whether only this machine can reach `host`; IPv6 without brackets. */
export function isLoopbackHost(host: string): boolean {
  const address = parseIpAddress(host);
  return address === undefined ? host.toLowerCase() === 'localhost' : isLoopback(address);
}
