// What may be said of an error that someone else caused: the name that Node, OpenSSL or undici gave to its kind.

/** Anything of another shape is none of their constants. */
const ERROR_CODE = /^[A-Z][A-Z0-9_]{0,63}$/;

/** The code of what was thrown. Never its message, which may quote the peer, or a URL. */
export function errorCodeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' && ERROR_CODE.test(error.code) ? error.code : undefined;
}
