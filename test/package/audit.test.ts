// The checks of `audit` are public: their ids, the types and docs/audit.md list the same ones, with the same severities.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CHECK_IDS, definitionOf } from '../../src/audit/checks.js';
import { cvssBaseScore, severityOf } from '../../src/audit/cvss.js';
import { KNOWN_PORTS } from '../../src/audit/places.js';
import { AUDIT_FORMATS } from '../../src/cli/audit-formats.js';
import { readPage } from '../support/documentation.js';
import { codeSpans, tableUnder } from '../support/markdown.js';

const PAGE = readPage('docs/audit.md');

function rated(vector: string): string {
  const score = cvssBaseScore(vector);
  return `${severityOf(score)} ${score.toFixed(1)}`;
}

describe('the checks', () => {
  it('are documented as they are', () => {
    const expected = CHECK_IDS.map((id) => {
      const { title, vector, scraperVector = vector, fix } = definitionOf(id);
      return [`\`${id}\``, title, rated(vector), rated(scraperVector), fix];
    });
    const unescaped = tableUnder(PAGE, 'Checks').map((row) => row.map((cell) => cell.replaceAll('\\', '')));
    expect(unescaped).toEqual(expected);
  });

  it('have ids of one form, each once', () => {
    expect(new Set(CHECK_IDS).size).toBe(CHECK_IDS.length);
    for (const id of CHECK_IDS) expect(id).toMatch(/^[a-z]+\/[a-z]+(?:-[a-z]+)*$/);
  });

  it('are each used by a check, and no other id is', () => {
    const folder = new URL('../../src/audit/checks/', import.meta.url);
    const source = readdirSync(folder)
      .map((name) => readFileSync(new URL(name, folder), 'utf8'))
      .join('\n');
    const areas = [...new Set(CHECK_IDS.map((id) => id.split('/')[0]))].join('|');
    const used = source.matchAll(new RegExp(`'((?:${areas})/[a-z-]+)'`, 'g'));
    expect(new Set([...used].map(([, id]) => id))).toEqual(new Set(CHECK_IDS));
  });
});

describe('docs/audit.md', () => {
  it('lists every format', () => {
    expect(tableUnder(PAGE, 'Formats').map(([format = '']) => format.replaceAll('`', ''))).toEqual([
      ...AUDIT_FORMATS,
    ]);
  });

  it('lists every port and path that is asked', () => {
    const sent = tableUnder(PAGE, 'What is sent')
      .map(([, what = '']) => what)
      .join(' ');
    for (const port of KNOWN_PORTS) expect(sent).toMatch(new RegExp(`\\b${String(port)}\\b`));
    const source = readFileSync(new URL('../../src/audit/places.ts', import.meta.url), 'utf8');
    const paths = [...source.matchAll(/^ {2}'(\/[^']+)',$/gm)].map(([, path]) => path);
    expect(paths.length).toBeGreaterThan(4);
    for (const path of paths) expect(codeSpans(sent)).toContain(path);
  });
});
