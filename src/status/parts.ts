// What all panels are built of: sections, tables, states, names, ages. Readable without styles, and read aloud well:
// a state is a word beside its colour, a table keeps its roles where it is shown as cards.

import { html, type Html, type HtmlValue } from './html.js';
import { clipped, formatAge, formatCount, formatDuration, formatMoment } from './text.js';

/** How bad something is. */
export type Level = 'good' | 'warn' | 'bad' | 'quiet';

/** A panel of the page; `id` is what links lead to. */
export function panel(id: string, title: string, lead: HtmlValue, content: HtmlValue): Html {
  return html`<section class="panel" id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${lead !== undefined && html`<p class="lead">${lead}</p>`} ${content}
  </section>`;
}

/** Nothing to show, and why. */
export function nothing(text: string): Html {
  return html`<p class="nothing">${text}</p>`;
}

const SIGNS: Readonly<Record<Level, string>> = { good: '●', warn: '▲', bad: '■', quiet: '○' };

/** A state in one or two words. */
export function state(level: Level, text: string): Html {
  return html`<span class="state ${level}"><span aria-hidden="true">${SIGNS[level]}</span> ${text}</span>`;
}

/** A name that the configuration, a target or a client chose. */
export function name(text: string): Html {
  return html`<bdi class="name">${clipped(text)}</bdi>`;
}

/** How long ago something was, at the Unix time `nowMs`. */
export function ago(ageMs: number, nowMs: number): Html {
  const text = formatMoment(nowMs - ageMs);
  return html`<time datetime="${text}" title="${text}">${formatAge(ageMs)}</time>`;
}

/** Long enough to replace what ends without haste. */
const SOON_MS = 14 * 86_400_000;

/** How bad it is that something ends at a Unix time. */
export function endLevel(endsAtMs: number, nowMs: number): Exclude<Level, 'good'> {
  if (endsAtMs <= nowMs) return 'bad';
  return endsAtMs - nowMs < SOON_MS ? 'warn' : 'quiet';
}

/** When something ends; `prefix` says what. */
export function endOf(endsAtMs: number, nowMs: number, prefix = ''): Html {
  const level = endLevel(endsAtMs, nowMs);
  if (level === 'bad') return state('bad', 'expired');
  const text = `${prefix}in ${formatDuration(endsAtMs - nowMs)}`;
  return level === 'warn' ? state('warn', text) : html`${text}`;
}

/** An exact moment below what it belongs to. */
export function moment(word: string, unixMs: number): Html {
  const text = formatMoment(unixMs);
  return html`<span class="under">${word} <time datetime="${text}">${text}</time></span>`;
}

/** A column: its heading, and what stands in it. */
export interface Column<T> {
  readonly heading: string;
  readonly cell: (row: T) => HtmlValue;
  readonly isNumber?: boolean;
}

/** Up to so many columns fit on a telephone. */
const MAX_NARROW_COLUMNS = 3;

/** A table, its first column naming the row. On narrow screens each row is a card, unless the columns are few. */
export function table<T>(caption: string, columns: readonly Column<T>[], rows: readonly T[]): Html {
  return html`<table role="table" class="${columns.length > MAX_NARROW_COLUMNS ? 'wide' : 'slim'}">
    <caption>
      ${caption}
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        ${columns.map(({ heading, isNumber }) => headingOf(heading, isNumber))}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map(
        (row) =>
          html`<tr role="row">
            ${columns.map((column, index) => cellOf(column, index, row))}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function headingOf(heading: string, isNumber = false): Html {
  return html`<th role="columnheader" scope="col" ${isNumber && html` class="number"`}>${heading}</th>`;
}

function cellOf<T>({ heading, cell, isNumber = false }: Column<T>, index: number, row: T): Html {
  if (index === 0) return html`<th role="rowheader" scope="row">${cell(row)}</th>`;
  const label = html`<span class="at" aria-hidden="true">${heading}</span>`;
  return html`<td role="cell" ${isNumber && html` class="number"`}>${label}<span>${cell(row)}</span></td>`;
}

/** Facts in pairs. */
export function facts(pairs: readonly (readonly [term: string, value: HtmlValue])[]): Html {
  return html`<dl class="facts">
    ${pairs.map(
      ([term, value]) =>
        html`<div>
          <dt>${term}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** The first of a list that may be long, and how many are left out. Where not all fit, a lower `rank` comes first. */
export function firstOf<T>(
  list: readonly T[],
  limit: number,
  rank: (item: T) => number,
): { readonly shown: readonly T[]; readonly more: number } {
  if (list.length <= limit) return { shown: list, more: 0 };
  return {
    shown: list.toSorted((a, b) => rank(a) - rank(b)).slice(0, limit),
    more: list.length - limit,
  };
}

/** A line about what is left out. */
export function moreLine(more: number, what: string): Html | undefined {
  return more > 0 ? html`<p class="more">and ${formatCount(more)} more ${what}</p>` : undefined;
}
