// How safe the gate stands: every warning that holds, and the choices that an auditor asks for first.

import type { PostureData, StatusData } from '../data.js';
import { html, type Html, type HtmlValue } from '../html.js';
import { ago, endOf, facts, moment, name, panel, state } from '../parts.js';
import { formatDuration, words } from '../text.js';

/** The panel. */
export function posturePanel({ posture, nowMs, version, nodeVersion }: StatusData): Html {
  return panel(
    'posture',
    'Posture',
    undefined,
    html`${warningList(posture)}
    ${facts([
      ['Who gets in', accessState(posture)],
      ['Listens on', listenerList(posture)],
      ...certificateFact(posture, nowMs),
      ['Configuration', configurationState(posture, nowMs)],
      ['Totals', totalsState(posture, nowMs)],
      ...sharingFact(posture),
      ...issuerFact(posture),
      ['Runs', html`for ${formatDuration(posture.uptimeMs)}, version ${version} on Node.js ${nodeVersion}`],
    ])}`,
  );
}

function warningList({ warnings }: PostureData): Html {
  if (warnings.length === 0) return html`<p>${state('good', 'No warning')} holds.</p>`;
  return html`<ul class="warnings" aria-label="Warnings that hold">
    ${warnings.map(
      ({ code, message }) =>
        html`<li>
          <p>${state('warn', 'Warning')} <code>${code}</code></p>
          <p class="sentence">${message}</p>
          <p class="page">Explained in <code>docs/warnings/${code}.md</code></p>
        </li>`,
    )}
  </ul>`;
}

function accessState({ access }: PostureData): Html {
  switch (access) {
    case 'credentials':
      return html`${state('good', 'closed')} only who shows a credential`;
    case 'anonymous':
      return html`${state('bad', 'open')} also who shows no credential`;
    case 'closed':
      return html`${state('warn', 'shut')} nobody: there is no credential`;
  }
}

const PURPOSES: ReadonlyMap<string, string> = new Map([
  ['all', 'every path'],
  ['metrics', 'metrics'],
  ['health', 'health alone'],
]);

function listenerList({ listeners }: PostureData): HtmlValue {
  return html`<ul class="plain">
    ${listeners.map(({ url, purpose }) => html`<li>${name(url)} <span class="aside">${PURPOSES.get(purpose) ?? purpose}</span></li>`)}
  </ul>`;
}

function certificateFact(
  { certificateEndsAtMs }: PostureData,
  nowMs: number,
): readonly (readonly [string, Html])[] {
  if (certificateEndsAtMs === undefined) return [];
  return [['Certificate', html`${endOf(certificateEndsAtMs, nowMs)} ${moment('at', certificateEndsAtMs)}`]];
}

function configurationState({ configAgeMs, reloadFailedAgeMs }: PostureData, nowMs: number): Html {
  const since = html`in force since ${ago(configAgeMs, nowMs)}`;
  if (reloadFailedAgeMs === undefined) return since;
  return html`${state('bad', 'newer one refused')} ${ago(reloadFailedAgeMs, nowMs)}, the log says why; the old
  one is ${since}`;
}

function totalsState({ keepsState, stateFailedAgeMs }: PostureData, nowMs: number): Html {
  if (!keepsState) return html`in memory alone: they begin anew with every start`;
  if (stateFailedAgeMs === undefined) return html`saved, so that they survive a restart`;
  return html`${state('warn', 'not saved')} ${ago(stateFailedAgeMs, nowMs)}, the log says why`;
}

function sharingFact({ sharing }: PostureData): readonly (readonly [string, Html])[] {
  if (sharing === undefined) return [];
  const { shared, reason } = sharing;
  const how = shared
    ? html`${state('good', 'shared')} with the other replicas`
    : html`${state('warn', 'alone')} this replica counts for
      itself${reason !== undefined && `: ${words(reason)}`}`;
  return [['Limits', how]];
}

function issuerFact({ issuers }: PostureData): readonly (readonly [string, Html])[] {
  if (issuers.length === 0) return [];
  const list = html`<ul class="plain">
    ${issuers.map(
      ({ issuer, keysAgeMs }) =>
        html`<li>
          ${name(issuer)}
          ${keysAgeMs === undefined ? state('bad', 'no keys') : html`<span class="aside">keys of ${formatDuration(keysAgeMs)} ago</span>`}
        </li>`,
    )}
  </ul>`;
  return [['Identity providers', list]];
}
