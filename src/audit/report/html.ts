// The report as one page of HTML: no script, no request, styles under a strict Content-Security-Policy of its own.
// Every text that is not written here is escaped.

import { createHash } from 'node:crypto';
import type { Finding } from '../finding.js';
import { count, megabytes } from '../phrases.js';
import { sentenceOf } from '../unread.js';
import { countsInWords, factsOf, type AuditReport } from './report.js';

const STYLE = `
:root{color-scheme:light dark;--line:#8886;--bar:#3b73af}
body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:0 auto;padding:1rem}
h1{font-size:1.4rem;overflow-wrap:anywhere}h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid var(--line)}
td.n{text-align:right;white-space:nowrap}code{overflow-wrap:anywhere}
.s{font-weight:700;text-transform:uppercase}.critical,.high{color:#c0182a}.medium{color:#9a5b00}.low{color:#666000}.info{color:#1c65a8}
@media (prefers-color-scheme:dark){.critical,.high{color:#ff8a8a}.medium{color:#ffc06a}.low{color:#e3dc74}.info{color:#8cc4ff}}
article{border-top:1px solid var(--line);padding:.5rem 0}svg{display:block;width:100%;height:.9rem}rect{fill:var(--bar)}
@media (max-width:40rem){td,th{padding:.3rem .2rem}}
`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** The report as a page; ends with a line feed. */
export function renderHtml(report: AuditReport): string {
  const { source, unread, findings, notes, biggestFamilies, biggestLabels } = report;
  const hash = createHash('sha256').update(STYLE).digest('base64');
  const families = biggestFamilies.map(({ name, series, bytes }) => ({
    name,
    bytes,
    detail: count(series, 'series', 'series'),
  }));
  const labels = biggestLabels.map(({ name, values, bytes }) => ({
    name,
    bytes,
    detail: count(values, 'value'),
  }));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Audit of ${escape(source)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Audit of <code>${escape(source)}</code></h1>
<p>${escape(countsInWords(report))}</p>
${unread === undefined ? '' : `<p><strong>${escape(sentenceOf(unread))}</strong></p>`}
${findingsTable(report)}
<h2>What was seen</h2>
<table><tbody>
${factsOf(report)
  .map(([name, value]) => `<tr><th scope="row">${escape(name)}</th><td>${escape(value)}</td></tr>`)
  .join('\n')}
</tbody></table>
${notes.map((note) => `<p>${escape(note)}</p>`).join('\n')}
${findings.map(articleOf).join('\n')}
${barsOf('Bytes by metric', 'metric', families)}
${barsOf('Bytes by label', 'label', labels)}
</main>
</body>
</html>
`;
}

function findingsTable({ findings, unread }: AuditReport): string {
  if (findings.length === 0) return unread === undefined ? '<p>Nothing was found.</p>' : '';
  const rows = findings.map(({ id, severity, score, title }, index) => {
    const link = `<a href="#f${String(index + 1)}"><code>${escape(id)}</code></a>`;
    return `<tr><td>${badge(severity)}</td><td class="n">${score.toFixed(1)}</td><td>${link}</td><td>${escape(title)}</td></tr>`;
  });
  return `<table><thead><tr><th scope="col">severity</th><th scope="col">score</th><th scope="col">check</th><th scope="col">what</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table>`;
}

function articleOf({ id, severity, title, vector, evidence, fix }: Finding, index: number): string {
  return `<article id="f${String(index + 1)}">
<h2>${badge(severity)} <code>${escape(id)}</code>: ${escape(title)}</h2>
<p><code>${escape(vector)}</code></p>
<ul>
${evidence.map((line) => `<li>${escape(line)}</li>`).join('\n')}
</ul>
<p><strong>Fix.</strong> ${escape(fix)}</p>
</article>`;
}

function barsOf(
  heading: string,
  subject: string,
  rows: readonly { readonly name: string; readonly bytes: number; readonly detail: string }[],
): string {
  if (rows.length === 0) return '';
  const largest = Math.max(1, ...rows.map(({ bytes }) => bytes));
  const body = rows.map(({ name, bytes, detail }) => {
    const share = ((bytes / largest) * 100).toFixed(1);
    const bar = `<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="${share}" height="10"/></svg>`;
    return `<tr><th scope="row"><code>${escape(name)}</code></th><td class="n">${megabytes(bytes)}</td><td class="n">${detail}</td><td>${bar}</td></tr>`;
  });
  return `<h2>${heading}</h2>
<table><thead><tr><th scope="col">${subject}</th><th scope="col">bytes</th><th scope="col">how many</th><th scope="col">share</th></tr></thead><tbody>
${body.join('\n')}
</tbody></table>`;
}

function badge(severity: Finding['severity']): string {
  return `<span class="s ${severity}">${severity}</span>`;
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
