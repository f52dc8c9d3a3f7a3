// Who was refused, and why: lockouts that last, reasons of the last hour, clients. The address of a client on the
// internet is cut to its network, which is enough to tell one's own scraper; the log has all of it.

import type { ClientStatus, RefusalData, StatusData } from '../data.js';
import { html, type Html } from '../html.js';
import { ago, moreLine, name, nothing, panel, state, table } from '../parts.js';
import { counted, formatCount, words } from '../text.js';

type Reason = RefusalData['reasons'][number];

/** The panel. */
export function refusalsPanel({ refusals, nowMs }: StatusData): Html {
  const { lockedOutClients, reasons, clients, moreClients } = refusals;
  const lockouts =
    lockedOutClients === 0
      ? html`${state('good', 'Nobody')} is locked out.`
      : html`${state('warn', counted(lockedOutClients, 'client'))} locked out now.`;
  return panel(
    'refusals',
    'Lockouts and refusals',
    lockouts,
    html`<div class="pair">
      <div>
        <h3>Why, in the last hour</h3>
        ${
          reasons.length === 0
            ? nothing('Nothing was refused.')
            : table<Reason>(
                'Reasons of refusals in the last hour',
                [
                  { heading: 'Reason', cell: ({ reason }) => words(reason) },
                  { heading: 'Requests', cell: ({ count }) => formatCount(count), isNumber: true },
                ],
                reasons,
              )
        }
      </div>
      <div>
        <h3>Who, lately</h3>
        ${
          clients.length === 0
            ? nothing('Nobody was refused.')
            : table<ClientStatus>(
                'Clients that were refused',
                [
                  { heading: 'Client', cell: ({ network }) => name(network) },
                  { heading: 'Refusals', cell: (client) => formatCount(client.refusals), isNumber: true },
                  {
                    heading: 'Last',
                    cell: ({ last }) =>
                      html`${words(last.reason)}<span class="under">${ago(last.ageMs, nowMs)}</span>`,
                  },
                ],
                clients,
              )
        }
        ${moreLine(moreClients, 'clients')}
      </div>
    </div>`,
  );
}
