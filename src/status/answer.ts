// The status page as an answer. The policy forbids whatever the page does not need: scripts, frames, forms, connections,
// every style but its own, by the hash of it. Content Security Policy Level 3; Fetch, Cross-Origin-Resource-Policy.

import { createHash } from 'node:crypto';
import { createAnswer, type Answer, type AnswerHeaders } from '../http/answer.js';
import type { StatusData } from './data.js';
import { renderStatusPage } from './page.js';
import { STYLE } from './style.js';

/** Where the page is. */
export const STATUS_PATH = '/-/status';

const STYLE_HASH = createHash('sha256').update(STYLE, 'utf8').digest('base64');

const HEADERS: AnswerHeaders = {
  'Content-Security-Policy': [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_HASH}'`,
    // The icon is in the page; without one, browsers would ask the gate for it, which refuses.
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
};

/** Answers with the page. */
export function answerStatus(data: StatusData): Answer {
  return createAnswer(200, 'text/html; charset=utf-8', renderStatusPage(data), { headers: HEADERS });
}
