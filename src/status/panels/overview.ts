// The first look: what needs somebody, and five numbers, each a link to its panel.

import { showsNothing, type StatusData } from '../data.js';
import { html, type Html, type HtmlValue } from '../html.js';
import { endLevel, state, type Level } from '../parts.js';
import { counted, formatCount } from '../text.js';
import { expiryLevel } from './credentials.js';

/** Something that needs somebody. */
interface Concern {
  readonly level: Exclude<Level, 'good' | 'quiet'>;
  readonly text: string;
  readonly panel: string;
}

/** The head of the page. */
export function overview(data: StatusData): Html {
  const concerns = concernsOf(data);
  return html`<section class="verdict ${levelOf(concerns)}" aria-labelledby="verdict-title">
      <h2 id="verdict-title">${verdictOf(concerns)}</h2>
      ${
        concerns.length > 0 &&
        html`<ul>
          ${concerns.map(({ level, text, panel }) => html`<li>${state(level, level === 'bad' ? 'act' : 'check')} <a href="#${panel}">${text}</a></li>`)}
        </ul>`
      }
    </section>
    <nav aria-label="Panels">
      <ul class="tiles">
        ${tilesOf(data).map(
          ([title, value, panel]) =>
            html`<li>
              <a href="#${panel}"
                ><span class="tile-title">${title}</span> <span class="tile-value">${value}</span></a
              >
            </li>`,
        )}
      </ul>
    </nav>`;
}

function levelOf(concerns: readonly Concern[]): Level {
  if (concerns.some(({ level }) => level === 'bad')) return 'bad';
  return concerns.length > 0 ? 'warn' : 'good';
}

function verdictOf(concerns: readonly Concern[]): string {
  if (concerns.length === 0) return 'Closed, and nothing needs you';
  return counted(concerns.length, 'thing needs you', 'things need you');
}

function concernsOf({
  posture,
  targets,
  views,
  credentials,
  refusals,
  nowMs,
}: StatusData): readonly Concern[] {
  const failing = targets.filter(({ health }) => health === 'failing').length;
  const empty = views.filter(showsNothing).length;
  const expired = credentials.filter((credential) => expiryLevel(credential, nowMs) === 'bad').length;
  const ending = credentials.filter((credential) => expiryLevel(credential, nowMs) === 'warn').length;
  const { certificateEndsAtMs } = posture;
  const certificate = certificateEndsAtMs === undefined ? 'quiet' : endLevel(certificateEndsAtMs, nowMs);
  const keyless = posture.issuers.filter(({ keysAgeMs }) => keysAgeMs === undefined).length;
  return [
    posture.access === 'anonymous' && bad('posture', 'the gate is open to who shows no credential'),
    failing > 0 && bad('targets', counted(failing, 'target fails', 'targets fail')),
    posture.reloadFailedAgeMs !== undefined && bad('posture', 'a newer configuration was refused'),
    certificate === 'bad' && bad('posture', 'the certificate of the gate has expired'),
    certificate === 'warn' && warn('posture', 'the certificate of the gate ends soon'),
    keyless > 0 &&
      bad('posture', counted(keyless, 'identity provider gave no keys', 'identity providers gave no keys')),
    expired > 0 && bad('credentials', counted(expired, 'credential has expired', 'credentials have expired')),
    posture.warnings.length > 0 &&
      warn('posture', counted(posture.warnings.length, 'warning holds', 'warnings hold')),
    empty > 0 && warn('views', counted(empty, 'view shows nothing', 'views show nothing')),
    posture.stateFailedAgeMs !== undefined && warn('posture', 'totals could not be saved'),
    posture.sharing?.shared === false && warn('posture', 'this replica counts failures for itself'),
    ending > 0 &&
      warn('credentials', counted(ending, 'credential needs a new proof', 'credentials need a new proof')),
    refusals.lockedOutClients > 0 &&
      warn('refusals', counted(refusals.lockedOutClients, 'client is locked out', 'clients are locked out')),
  ].filter((concern) => concern !== false);
}

function bad(panel: string, text: string): Concern {
  return { level: 'bad', text, panel };
}

function warn(panel: string, text: string): Concern {
  return { level: 'warn', text, panel };
}

function tilesOf({
  targets,
  views,
  minutes,
  findings,
}: StatusData): readonly (readonly [title: string, value: HtmlValue, panel: string])[] {
  const up = targets.filter(({ health }) => health === 'up').length;
  const scrapes = minutes.reduce((total, minute) => total + (minute?.scrapes ?? 0), 0);
  const refused = minutes.reduce((total, minute) => total + (minute?.refusals ?? 0), 0);
  const hidden = new Set(
    views.flatMap(({ lastScrape }) => (lastScrape?.labels ?? []).map(({ label }) => label)),
  );
  return [
    [
      'Targets up',
      html`${formatCount(up)}<span class="of"> of ${formatCount(targets.length)}</span>`,
      'targets',
    ],
    ['Scrapes in an hour', formatCount(scrapes), 'traffic'],
    ['Refused in an hour', formatCount(refused), 'refusals'],
    ['Labels hidden', formatCount(hidden.size), 'views'],
    ['Found by looks', formatCount(findings.length), 'findings'],
  ];
}
