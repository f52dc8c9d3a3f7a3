// What may be said of an error that someone else caused: the name that Node, OpenSSL or undici gave to its kind.

/** Anything of another shape is none of their constants. */
const ERROR_CODE = /^[A-Z][A-Z0-9_]{0,63}$/;
/** How OpenSSL calls alerts since version 3.2, and how it did before: one name for one thing, whatever Node is built with. */
const NEW_ALERT = 'ERR_SSL_SSL/TLS_ALERT_';
const ALERT = 'ERR_SSL_SSLV3_ALERT_';

/** The code of what was thrown. Never its message, which may quote the peer, or a URL. */
export function errorCodeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  const code = typeof error.code === 'string' ? error.code.replace(NEW_ALERT, ALERT) : '';
  return ERROR_CODE.test(code) ? code : undefined;
}
