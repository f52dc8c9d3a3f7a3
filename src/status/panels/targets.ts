// Every target: whether it answers, when it last did, how large and how slow that was, and why it last did not.

import type { FailureStatus, StatusData, TargetStatus } from '../data.js';
import { html, type Html } from '../html.js';
import { ago, firstOf, moreLine, name, panel, state, table } from '../parts.js';
import { counted, formatBytes, formatCount, formatDuration, words } from '../text.js';

const MAX_TARGETS = 100;
const RANKS: readonly TargetStatus['health'][] = ['failing', 'waiting', 'up'];

/** The panel. */
export function targetsPanel({ targets, nowMs }: StatusData): Html {
  const { shown, more } = firstOf(targets, MAX_TARGETS, ({ health }) => RANKS.indexOf(health));
  return panel(
    'targets',
    'Targets',
    undefined,
    html`${table<TargetStatus>(
      'Targets and their last answers',
      [
        {
          heading: 'Target',
          cell: (target) => html`${name(target.name)}<span class="under">${name(target.address)}</span>`,
        },
        { heading: 'Health', cell: healthOf },
        {
          heading: 'Last success',
          cell: ({ success }) => (success === undefined ? 'never' : ago(success.ageMs, nowMs)),
        },
        {
          heading: 'Size',
          cell: ({ success }) => (success === undefined ? '–' : formatBytes(success.bytes)),
          isNumber: true,
        },
        {
          heading: 'Took',
          cell: ({ success }) => (success === undefined ? '–' : formatDuration(success.durationMs)),
          isNumber: true,
        },
        { heading: 'Series', cell: seriesOf, isNumber: true },
        { heading: 'Last failure', cell: ({ failure }) => failureOf(failure, nowMs) },
      ],
      shown,
    )}
    ${moreLine(more, 'targets')}`,
  );
}

function healthOf({ health }: TargetStatus): Html {
  if (health === 'up') return state('good', 'up');
  return health === 'failing' ? state('bad', 'failing') : state('quiet', 'not asked yet');
}

function seriesOf({ series, quarantined = 0 }: TargetStatus): Html | string {
  const count = series === undefined ? '–' : formatCount(series);
  if (quarantined === 0) return count;
  return html`${count}<span class="under"
      >${state('warn', `without ${counted(quarantined, 'malformed family', 'malformed families')}`)}</span
    >`;
}

/** What went wrong last, and when. */
export function failureOf(failure: FailureStatus | undefined, nowMs: number): Html | string {
  if (failure === undefined) return 'none';
  const { reason, detail, ageMs } = failure;
  return html`${words(reason)}${detail !== undefined && html` <span class="aside">${detail}</span>`}<span
      class="under"
      >${ago(ageMs, nowMs)}</span
    >`;
}
