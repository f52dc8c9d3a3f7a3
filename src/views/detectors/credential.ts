// Credentials by the words before them: HTTP schemes (`Bearer …`, RFC 6750; `Basic …`, RFC 7617) and parameters that
// are named like keys (`?api-key=…`, `password=…`). Prose about them is not one: "bearer authentication".

import {
  isBase64Url,
  isBlank,
  isBlankOrQuote,
  isLowerCase,
  isUpperCase,
  matchWord,
  skipWhile,
  startsWord,
} from './characters.js';
import { hasOpaqueRun, isMixed } from './opaque.js';

/** How much behind a word is looked at: a bound for repeated words. */
const VALUE_WINDOW = 64;
const SEPARATOR_WINDOW = 16;
const TOKEN_MINIMUM = 8;
const LONG_TOKEN_MINIMUM = 16;
const PASSWORD_MINIMUM = 4;

/** What may follow "bearer" in a sentence. */
const PROSE =
  /^(auth[a-z]*|tokens?|credentials?|schemes?|challenges?|headers?|requests?|required|missing|invalid|rejected|expired|secrets?)(?![a-z0-9])/i;
/** What stands for a password in a text without one. */
const NO_PASSWORD =
  /^(none|null|nil|true|false|undefined|unknown|redacted|required|missing|invalid|[*x.]+|[<{].*|\$\{.*)$/i;

type Rule = (text: string, start: number) => boolean;

/** Words in lower case; `_` is also `-` or nothing. */
const RULES: readonly (readonly [word: string, rule: Rule])[] = [
  ['bearer', followsBearer],
  ['basic', followsBasic],
  ['api_key', isTokenParameter],
  ['access_key', isTokenParameter],
  ['secret_key', isTokenParameter],
  ['private_key', isTokenParameter],
  ['token', isTokenParameter],
  ['secret', isPasswordParameter],
  ['password', isPasswordParameter],
  ['passwd', isPasswordParameter],
  ['pwd', isPasswordParameter],
];
const FIRST_CHARACTERS: ReadonlySet<string> = new Set(
  RULES.flatMap(([word]) => [word.charAt(0), word.charAt(0).toUpperCase()]),
);

/** Whether `text` contains a credential that a word before it gives away. Linear in its length. */
export function containsCredential(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    if (!FIRST_CHARACTERS.has(text.charAt(at)) || !(startsWord(text, at) || startsHump(text, at))) continue;
    for (const [word, rule] of RULES) {
      const end = matchWord(text, at, word);
      if (end !== -1 && rule(text, end)) return true;
    }
  }
  return false;
}

/** The `T` of `accessToken`. */
function startsHump(text: string, at: number): boolean {
  return isUpperCase(text.charCodeAt(at)) && isLowerCase(text.charCodeAt(at - 1));
}

/** The text behind a scheme and at least one separator; `+` is a space in a form. */
function schemeValue(text: string, start: number, accept: (code: number) => boolean): string {
  const from = skipWhile(
    text,
    start,
    (code) => isBlank(code) || code === 43 || code === 58 || code === 61,
    start + SEPARATOR_WINDOW,
  );
  return from === start ? '' : text.slice(from, skipWhile(text, from, accept, from + VALUE_WINDOW));
}

function followsBearer(text: string, start: number): boolean {
  const token = schemeValue(text, start, isToken68);
  return token.length >= TOKEN_MINIMUM && !PROSE.test(token);
}

/** base64 of `user:password`. */
function followsBasic(text: string, start: number): boolean {
  const encoded = schemeValue(text, start, isToken68);
  if (encoded.length < TOKEN_MINIMUM) return false;
  const [user, password] = Buffer.from(encoded, 'base64').toString('utf8').split(':', 2);
  return password !== undefined && !/[\p{Cc}\ufffd]/u.test(user ?? '');
}

/** RFC 9110 section 11.2. */
function isToken68(code: number): boolean {
  return isBase64Url(code) || code === 46 || code === 126 || code === 43 || code === 47 || code === 61;
}

function isTokenParameter(text: string, start: number): boolean {
  const { separator, value } = parameterAt(text, start);
  if (separator === ':') return hasOpaqueRun(value);
  return (
    separator === '=' &&
    (value.length >= LONG_TOKEN_MINIMUM || (value.length >= TOKEN_MINIMUM && isMixed(value)))
  );
}

function isPasswordParameter(text: string, start: number): boolean {
  const { separator, value } = parameterAt(text, start);
  if (separator === ':') return hasOpaqueRun(value);
  return separator === '=' && value.length >= PASSWORD_MINIMUM && !NO_PASSWORD.test(value);
}

/** `=value`, `: value` or `": "value"`. */
function parameterAt(text: string, start: number): { readonly separator: string; readonly value: string } {
  const at = skipWhile(text, start, isBlankOrQuote, start + SEPARATOR_WINDOW);
  const from = skipWhile(text, at + 1, isBlankOrQuote, at + 1 + SEPARATOR_WINDOW);
  const end = skipWhile(text, from, isParameterValue, from + VALUE_WINDOW);
  return { separator: text.charAt(at), value: text.slice(from, end) };
}

/** Up to white space, a quote, or what separates parameters or closes a bracket. */
function isParameterValue(code: number): boolean {
  return !isBlankOrQuote(code) && !'&,;)]>'.includes(String.fromCharCode(code));
}
