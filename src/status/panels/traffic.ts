// The last hour, minute by minute: scrapes, refusals and series as small charts, and the same numbers as a table.

import { areaChart, barChart } from '../chart.js';
import type { MinuteStatus, StatusData } from '../data.js';
import { html, type Html } from '../html.js';
import { panel, table } from '../parts.js';
import { counted, formatCount } from '../text.js';

const EMPTY: MinuteStatus = { scrapes: 0, failures: 0, refusals: 0 };

/** The panel. */
export function trafficPanel({ minutes }: StatusData): Html {
  const known = minutes.map((minute) => minute ?? EMPTY);
  const answered = known.map(({ scrapes, failures }) => scrapes - failures);
  const failures = known.map((minute) => minute.failures);
  const refusals = known.map((minute) => minute.refusals);
  const series = known.map((minute) => minute.series);
  const scrapeText = `${counted(sum(answered) + sum(failures), 'scrape')}, ${failures.some((count) => count > 0) ? `${formatCount(sum(failures))} of them without an answer` : 'all answered'}`;
  const refusalText = counted(sum(refusals), 'refused request');
  const seriesText = describeSeries(series);
  return panel(
    'traffic',
    'The last hour',
    undefined,
    html`<div class="charts">
        ${figure(
          'Scrapes',
          scrapeText,
          peak(known.map(({ scrapes }) => scrapes)),
          barChart(`Scrapes by minute: ${scrapeText}`, [
            { tone: 'calm', values: answered },
            { tone: 'loud', values: failures },
          ]),
        )}
        ${figure('Refusals', refusalText, peak(refusals), barChart(`Refused requests by minute: ${refusalText}`, [{ tone: 'loud', values: refusals }]))}
        ${figure('Series of the targets', seriesText, peak(series), areaChart(`Series by minute: ${seriesText}`, series))}
      </div>
      ${numbers(minutes)}`,
  );
}

function figure(title: string, text: string, top: number, chart: Html): Html {
  return html`<figure>
    <figcaption>
      <h3>${title}</h3>
      <p>${text}</p>
    </figcaption>
    ${chart}
    <p class="axis" aria-hidden="true">
      <span>an hour ago</span><span>at most ${formatCount(top)}</span><span>now</span>
    </p>
  </figure>`;
}

/** Minutes in which something happened: a page of zeros tells nobody anything. */
function numbers(minutes: readonly (MinuteStatus | undefined)[]): Html | undefined {
  const rows = minutes
    .map((minute, at) => ({ ...(minute ?? EMPTY), minutesAgo: minutes.length - 1 - at }))
    .filter(({ scrapes, refusals }) => scrapes > 0 || refusals > 0)
    .toReversed();
  if (rows.length === 0) return undefined;
  return html`<details>
    <summary>The same as numbers</summary>
    ${table(
      'Minutes of the last hour in which something happened',
      [
        {
          heading: 'Minute',
          cell: ({ minutesAgo }) => (minutesAgo === 0 ? 'this one' : `${minutesAgo} min ago`),
        },
        { heading: 'Scrapes', cell: ({ scrapes }) => formatCount(scrapes), isNumber: true },
        { heading: 'Without an answer', cell: ({ failures }) => formatCount(failures), isNumber: true },
        { heading: 'Refusals', cell: ({ refusals }) => formatCount(refusals), isNumber: true },
        {
          heading: 'Series',
          cell: ({ series }) => (series === undefined ? '–' : formatCount(series)),
          isNumber: true,
        },
      ],
      rows,
    )}
  </details>`;
}

function describeSeries(series: readonly (number | undefined)[]): string {
  const seen = series.filter((count) => count !== undefined);
  const last = seen.at(-1);
  if (last === undefined) return 'not scraped yet';
  const lowest = Math.min(...seen);
  const highest = Math.max(...seen);
  const range =
    lowest === highest ? 'unchanged' : `between ${formatCount(lowest)} and ${formatCount(highest)}`;
  return `${formatCount(last)} now, ${range}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function peak(values: readonly (number | undefined)[]): number {
  return Math.max(0, ...values.map((value) => value ?? 0));
}
