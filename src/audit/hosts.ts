// Hosts in label values: which of them are internal, and which addresses are of servers rather than clients. Pure.

import { isLoopback, isPrivate, parseIpAddress } from '../network/ip-address.js';

const URL_AUTHORITY = /^[a-z][a-z0-9+.-]{0,20}:\/\/(?:[^/?#@]*@)?([^/?#]+)/i;
const HOST_AND_PORT = /^(\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9_.-]{0,252}[a-z0-9_])?)(?::[0-9]{1,5})?$/i;
/** Names that no public resolver answers for. */
const INTERNAL_NAME =
  /\.(?:local|internal|svc|lan|corp|intranet|localdomain|home\.arpa|consul|private)\.?$|\.svc\./i;

/** Whether a value is, or begins with, a host of an internal network; hosts of this machine alone say nothing. */
export function namesInternalHost(value: string): boolean {
  const authority = URL_AUTHORITY.exec(value)?.[1];
  const host = HOST_AND_PORT.exec(authority ?? value)?.[1];
  if (host === undefined) return false;
  const address = parseIpAddress(host.replaceAll(/^\[|\]$/g, ''));
  if (address !== undefined) return isPrivate(address) && !isLoopback(address);
  if (INTERNAL_NAME.test(host)) return true;
  // In a URL a name without a dot is found by an internal resolver alone.
  return authority !== undefined && !host.includes('.') && host.toLowerCase() !== 'localhost';
}

/** Whether an address in a value is that of a server: part of a URL, with a port, or of no public network. */
export function isInfrastructure(value: string): boolean {
  const authority = URL_AUTHORITY.exec(value)?.[1];
  if (authority !== undefined) return true;
  const [whole, host = ''] = HOST_AND_PORT.exec(value) ?? [];
  if (whole === undefined) return false;
  const address = parseIpAddress(host.replaceAll(/^\[|\]$/g, ''));
  return whole !== host || (address !== undefined && isPrivate(address));
}
