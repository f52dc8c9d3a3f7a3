// What class of error something is that was thrown: a word from a small set, never its message, which may hold anything.
// Never throws, whatever was. OpenTelemetry semantic conventions, `error.type`.

/** What the conventions call an error that has no better name. */
export const OTHER_ERROR = '_OTHER';
/** A stream that its reader left before its end. */
export const CANCELLED_ERROR = 'cancelled';
/** A stream that was neither read to its end nor closed, and let go of. */
export const ABANDONED_ERROR = 'abandoned';

const MAX_LENGTH = 64;
const CLASS_NAME = /^[A-Za-z_$][\w$]*$/;
const ERROR_CODE = /^[A-Z][A-Z0-9_]*$/;

/**
 * The HTTP status of an error, else its code (`ECONNRESET`), else its name or that of its class (`TimeoutError`), else
 * `_OTHER`.
 */
export function errorTypeOf(error: unknown): string {
  try {
    return nameOf(error) ?? OTHER_ERROR;
  } catch {
    return OTHER_ERROR;
  }
}

function nameOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const status = member(error, 'status') ?? member(error, 'statusCode');
  if (typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599) {
    return String(status);
  }
  const code = member(error, 'code');
  if (isWord(code, ERROR_CODE)) return code;
  const name = member(error, 'name');
  if (isWord(name, CLASS_NAME) && name !== 'Error') return name;
  const constructor = member(error, 'constructor');
  const className = typeof constructor === 'function' ? constructor.name : undefined;
  return isWord(className, CLASS_NAME) && className !== 'Object' ? className : undefined;
}

function member(object: object, name: string): unknown {
  return Reflect.get(object, name);
}

function isWord(text: unknown, shape: RegExp): text is string {
  return typeof text === 'string' && text.length <= MAX_LENGTH && shape.test(text);
}
