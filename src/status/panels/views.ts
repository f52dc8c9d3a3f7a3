// Every view: what it hides by its rules, and what it hid in its last scrape, label by label. Views that claims made are
// told apart by keyed hashes alone.

import { shareBar } from '../chart.js';
import {
  showsNothing,
  type LabelEffect,
  type LabelStatus,
  type StatusData,
  type TenantView,
  type ViewScrape,
  type ViewStatus,
} from '../data.js';
import { html, type Html } from '../html.js';
import { ago, firstOf, moreLine, name, nothing, panel, state, table } from '../parts.js';
import { counted, formatCount } from '../text.js';

const MAX_VIEWS = 50;
/** Up to here rules are unfolded: few enough to read. */
const MAX_UNFOLDED = 3;

const EFFECTS: Readonly<Record<LabelEffect, string>> = {
  pseudonymised: 'replaced or cut',
  dropped: 'dropped',
  overflowed: 'beyond the cap, shown as __other__',
};

const WITHHELD: ReadonlyMap<string, string> = new Map([
  ['overflow', 'withheld, because a value is beyond the cap and the metric cannot be added up'],
  ['ambiguous', 'withheld, because they may be of another tenant'],
]);

/** The panel. */
export function viewsPanel({ views, nowMs }: StatusData): Html {
  const { shown, more } = firstOf(
    views,
    MAX_VIEWS,
    ({ lastScrape }) => lastScrape?.ageMs ?? Number.MAX_VALUE,
  );
  const isUnfolded = views.length <= MAX_UNFOLDED;
  return panel(
    'views',
    'Views',
    'What each view hides: by its rules, and label by label in its last scrape.',
    html`${views.length === 0 && nothing('No view is configured.')}
      <div class="views">${shown.map((view) => viewArticle(view, nowMs, isUnfolded))}</div>
      ${moreLine(more, 'views')}`,
  );
}

function viewArticle(view: ViewStatus, nowMs: number, isUnfolded: boolean): Html {
  const { lastScrape, rules, revealed, tenants } = view;
  return html`<article>
    <header>
      <h3>${name(view.name)}</h3>
      <p class="aside">of ${name(view.target)}, preset ${view.preset}${tenants !== undefined && ', one for each value of a claim'}</p>
    </header>
    ${revealed.length > 0 && html`<p>${state('warn', 'readable on purpose')} ${revealed.map((label, index) => html`${index > 0 && ', '}<code>${label}</code>`)}</p>`}
    ${showsNothing(view) && html`<p>${state('warn', 'shows nothing')} no series of the target is within its scope and its selection</p>`}
    ${lastScrape === undefined ? nothing('Not scraped yet.') : scrapeOf(lastScrape, nowMs)}
    ${tenants !== undefined && tenantsOf(tenants, nowMs)}
    <details${isUnfolded && html` open`}>
      <summary>Rules</summary>
      <ul>${rules.map((rule) => html`<li class="sentence">${rule}</li>`)}</ul>
    </details>
  </article>`;
}

function scrapeOf(
  { seriesIn, seriesOut, ageMs, labels, moreLabels, withheld }: ViewScrape,
  nowMs: number,
): Html {
  return html`<div class="flow">
      <p>
        <strong>${formatCount(seriesOut)}</strong> of ${counted(seriesIn, 'series', 'series')} shown,
        ${ago(ageMs, nowMs)}
      </p>
      ${shareBar(seriesOut, seriesIn)}
    </div>
    ${withheld.map(({ reason, series }) => html`<p>${state('warn', counted(series, 'series', 'series'))} ${WITHHELD.get(reason) ?? reason}</p>`)}
    ${
      labels.length === 0
        ? nothing('No label had to be hidden.')
        : table<LabelStatus>(
            'Labels that the last scrape hid',
            [
              { heading: 'Label', cell: ({ label }) => html`<code>${name(label)}</code>` },
              { heading: 'What happened', cell: ({ effect }) => EFFECTS[effect] },
              { heading: 'Series', cell: ({ series }) => formatCount(series), isNumber: true },
            ],
            labels,
          )
    }
    ${moreLine(moreLabels, 'labels')}`;
}

function tenantsOf({ recent, atHand }: NonNullable<ViewStatus['tenants']>, nowMs: number): Html {
  const lead = html`<p class="after">${counted(atHand, 'view')} at hand, made by claims.</p>`;
  if (recent.length === 0) return lead;
  return html`${lead}
  ${table<TenantView>(
    'Views of the template that were scraped last',
    [
      { heading: 'View', cell: ({ id }) => html`<code>${name(id)}</code>` },
      { heading: 'Scraped', cell: ({ ageMs }) => ago(ageMs, nowMs) },
      { heading: 'Series in', cell: ({ seriesIn }) => formatCount(seriesIn), isNumber: true },
      { heading: 'Series out', cell: ({ seriesOut }) => formatCount(seriesOut), isNumber: true },
    ],
    recent,
  )}`;
}
