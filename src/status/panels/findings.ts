// What the detectors found by its looks where no rule expected it: by label and kind, never the value itself.

import type { FindingStatus, StatusData } from '../data.js';
import { html, type Html } from '../html.js';
import { ago, moreLine, name, nothing, panel, table } from '../parts.js';
import { formatCount, words } from '../text.js';

const MAX_FINDINGS = 50;

const PLACES: ReadonlyMap<string, string> = new Map([
  ['__label__', 'the name of a label'],
  ['__name__', 'the name of a metric'],
  ['__help__', 'a HELP text'],
]);

/** The panel. */
export function findingsPanel({ findings, nowMs }: StatusData): Html {
  const content =
    findings.length === 0
      ? nothing('Nothing was found.')
      : table<FindingStatus>(
          'Personal data and secrets that detectors found',
          [
            { heading: 'Where', cell: ({ place }) => placeOf(place) },
            { heading: 'What', cell: ({ detection }) => words(detection) },
            { heading: 'View', cell: ({ view }) => name(view) },
            { heading: 'In one scrape', cell: ({ count }) => formatCount(count), isNumber: true },
            { heading: 'Seen last', cell: ({ ageMs }) => ago(ageMs, nowMs) },
          ],
          findings.slice(0, MAX_FINDINGS),
        );
  return panel(
    'findings',
    'Personal data found by its looks',
    'Values that no rule named. They were replaced by pseudonyms; a rule for the label makes that certain.',
    html`${content} ${moreLine(findings.length - MAX_FINDINGS, 'findings')}`,
  );
}

function placeOf(place: string): Html {
  const special = PLACES.get(place);
  return special === undefined ? html`<code>${name(place)}</code>` : html`${special}`;
}
