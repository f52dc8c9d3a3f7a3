// The status page as one HTML document: everything in it, nothing fetched, no script, no form.
// It reads well without styles, and the same on a telephone, a large screen, in print and aloud (WCAG 2.2 AA).

import type { StatusData } from './data.js';
import { html, trusted } from './html.js';
import { ago } from './parts.js';
import { credentialsPanel } from './panels/credentials.js';
import { findingsPanel } from './panels/findings.js';
import { overview } from './panels/overview.js';
import { posturePanel } from './panels/posture.js';
import { refusalsPanel } from './panels/refusals.js';
import { targetsPanel } from './panels/targets.js';
import { trafficPanel } from './panels/traffic.js';
import { viewsPanel } from './panels/views.js';
import { STYLE_ELEMENT } from './style.js';
import { formatMoment } from './text.js';

/** A gate in a wall, so that browsers do not ask for an icon elsewhere. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M1 15V4l7-3 7 3v11h-3V8H4v7z' fill='%230b5cad'/%3E%3C/svg%3E";

/** Renders the page. */
export function renderStatusPage(data: StatusData): string {
  const moment = formatMoment(data.nowMs);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>Scrapegate status</title>
        <link rel="icon" href="${trusted(ICON)}" />
        ${STYLE_ELEMENT}
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header class="top">
          <h1>Scrapegate <span>status</span></h1>
          <p>
            As of <time datetime="${moment}">${moment.replace('T', ' ').replace('Z', ' UTC')}</time>
            <a class="again" href="">Load again</a>
          </p>
        </header>
        <main id="content" tabindex="-1">
          ${overview(data)} ${posturePanel(data)} ${trafficPanel(data)} ${targetsPanel(data)}
          ${viewsPanel(data)} ${findingsPanel(data)} ${credentialsPanel(data)} ${refusalsPanel(data)}
        </main>
        <footer>
          <p>
            Kept in memory since ${ago(data.posture.uptimeMs, data.nowMs)}. The log and
            <code>/-/metrics</code> have more.
          </p>
        </footer>
      </body>
    </html>`;
  return page.toString();
}
