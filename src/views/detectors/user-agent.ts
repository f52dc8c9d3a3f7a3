// User agents (RFC 9110 section 10.1.5): behind the name of the header, and those of browsers by how they begin.
// `OpenAI/Python 1.99.1` alone is the name of a program, and stays.

import { isBlankOrQuote, isDigit, matchWord, skipWhile, startsWord } from './characters.js';

const HEADER = 'user_agent';
const BROWSERS: readonly string[] = ['Mozilla/', 'Opera/'];
const SEPARATOR_WINDOW = 16;

/** Whether `text` contains a user agent. Linear in its length. */
export function containsUserAgent(text: string): boolean {
  return containsHeader(text) || BROWSERS.some((browser) => containsBrowser(text, browser));
}

/** `User-Agent: …`, `user_agent=…` or `"user-agent": "…"`. */
function containsHeader(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    if ((text.charCodeAt(at) | 32) !== 117 || !startsWord(text, at)) continue;
    const end = matchWord(text, at, HEADER);
    if (end === -1) continue;
    const separator = skipWhile(text, end, isBlankOrQuote, end + SEPARATOR_WINDOW);
    if (text[separator] !== ':' && text[separator] !== '=') continue;
    if (skipWhile(text, separator + 1, isBlankOrQuote) < text.length) return true;
  }
  return false;
}

/** `Mozilla/5.0 (`; in a form, `+` is a space. */
function containsBrowser(text: string, browser: string): boolean {
  for (let at = text.indexOf(browser); at !== -1; at = text.indexOf(browser, at + 1)) {
    const start = at + browser.length;
    const end = skipWhile(text, start, (code) => isDigit(code) || code === 46);
    if (end > start && (text.startsWith(' (', end) || text.startsWith('+(', end))) return true;
  }
  return false;
}
