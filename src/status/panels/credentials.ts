// Every credential: how it is proven, what it opens, when it was used, when it ends, and how often it was refused.
// Never a secret, a digest or the name of a user.

import type { CredentialStatus, StatusData } from '../data.js';
import { html, type Html } from '../html.js';
import {
  ago,
  endLevel,
  endOf,
  firstOf,
  moment,
  moreLine,
  name,
  nothing,
  panel,
  state,
  table,
  type Level,
} from '../parts.js';
import { formatCount } from '../text.js';
import { failureOf } from './targets.js';

const MAX_CREDENTIALS = 200;
const RANKS: readonly Level[] = ['bad', 'warn', 'quiet'];

/** The panel. */
export function credentialsPanel({ credentials, nowMs }: StatusData): Html {
  const { shown, more } = firstOf(credentials, MAX_CREDENTIALS, (credential) =>
    RANKS.indexOf(expiryLevel(credential, nowMs)),
  );
  const content =
    credentials.length === 0
      ? nothing('No credential is configured.')
      : table<CredentialStatus>(
          'Credentials',
          [
            { heading: 'Credential', cell: (credential) => name(credential.name) },
            { heading: 'Proof', cell: ({ proofs }) => proofs.join(', or ') },
            { heading: 'Opens view', cell: opensOf },
            {
              heading: 'Last used',
              cell: ({ lastUseAgeMs }) => (lastUseAgeMs === undefined ? 'never' : ago(lastUseAgeMs, nowMs)),
            },
            { heading: 'Uses', cell: ({ uses }) => formatCount(uses), isNumber: true },
            { heading: 'Ends', cell: (credential) => expiryOf(credential, nowMs) },
            { heading: 'Refused', cell: ({ failures }) => formatCount(failures), isNumber: true },
            { heading: 'Last refusal', cell: ({ lastFailure }) => failureOf(lastFailure, nowMs) },
          ],
          shown,
        );
  return panel(
    'credentials',
    'Credentials',
    'Counted since the gate started.',
    html`${content} ${moreLine(more, 'credentials')}`,
  );
}

/** How soon somebody has to do something about a credential. */
export function expiryLevel(
  { startsAtMs, expiresAtMs, nextEndMs }: CredentialStatus,
  nowMs: number,
): Exclude<Level, 'good'> {
  if (startsAtMs !== undefined) return 'warn';
  const end = nextEndMs ?? expiresAtMs;
  return end === undefined ? 'quiet' : endLevel(end, nowMs);
}

function opensOf({ opens, opensSelf }: CredentialStatus): Html {
  return html`${name(opens)}${opensSelf && html` <span class="aside">and this page</span>`}`;
}

function expiryOf({ startsAtMs, expiresAtMs, nextEndMs }: CredentialStatus, nowMs: number): Html | string {
  if (startsAtMs !== undefined) return html`${state('warn', 'not yet valid')} ${moment('from', startsAtMs)}`;
  const end = nextEndMs ?? expiresAtMs;
  if (end === undefined) return 'no end';
  return html`${endOf(end, nowMs, end === expiresAtMs ? '' : 'one of them ')} ${moment('at', end)}`;
}
