// Reports in every format: complete, valid, and harmless whatever the audited endpoint sends.

import { describe, expect, test } from 'vitest';
import { CHECK_IDS } from '../../../src/audit/checks.js';
import { renderHtml } from '../../../src/audit/report/html.js';
import { renderJson } from '../../../src/audit/report/json.js';
import { renderMarkdown } from '../../../src/audit/report/markdown.js';
import type { AuditReport } from '../../../src/audit/report/report.js';
import { renderSarif } from '../../../src/audit/report/sarif.js';
import { renderText, type Paint } from '../../../src/audit/report/text.js';
import { auditOf, auditScene, AUTHORIZATION, HARMLESS } from '../../support/audit-scene.js';
import { sarifProblems } from '../../support/sarif-schema.js';

const plain = (text: string): string => text;
const PLAIN: Paint = { bold: plain, dim: plain, red: plain, yellow: plain, cyan: plain };

const RENDERERS: Readonly<Record<string, (report: AuditReport) => string>> = {
  text: (report) => renderText(report, PLAIN),
  json: renderJson,
  sarif: renderSarif,
  html: renderHtml,
  markdown: renderMarkdown,
};

/** Names and values that act on terminals, browsers, tables, spreadsheets and readers. */
const ATTACKS = [
  '\u001b[2J\u001b[31mred',
  '\u001b]8;;https://evil.example\u0007link',
  '\u009b31m',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</code></table>',
  '=HYPERLINK("https://evil.example")',
  '+1+1',
  '@SUM(A1)',
  '| a | b |',
  '[click](javascript:alert(1))',
  '`code`',
  '\u202Egnp.exe',
  '\u2028line\u2029',
  '{{7*7}}${7*7}',
];

/** Controls, what turns the direction of a text, what is not seen, and what breaks lines. */
const ACTING = /\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/u;

function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(/\\u([0-9a-f]{4})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** An exposition that says everything it can. */
function hostileExposition(): string {
  const lines = ATTACKS.flatMap((attack, index) => {
    const name = quoted(`${attack}_${String(index)}`);
    return [
      `# HELP ${name} ${attack.replaceAll(/[\\\n]/g, '')} anna@acme.example`,
      `# TYPE ${name} gauge`,
      `{${name},${name}=${quoted(attack)},user=${quoted(attack)},team_alias=${quoted(attack)}} 1`,
    ];
  });
  return `${lines.join('\n')}\n# EOF\n`;
}

describe('a hostile exposition', () => {
  const { report } = auditOf(hostileExposition());

  test('is read, so that there is something to render', () => {
    expect(report.series).toBe(ATTACKS.length);
    expect(report.findings.map(({ id }) => id)).toContain('privacy/person');
  });

  test.each(Object.keys(RENDERERS))('gets nothing into %s that acts', (format) => {
    const text = RENDERERS[format]?.(report) ?? '';
    // Only line feeds control anything, and no character turns the direction of a text.
    expect(text.replaceAll('\n', '')).not.toMatch(ACTING);
    for (const attack of ATTACKS) expect(text).not.toContain(attack);
    for (const word of ['alert', 'HYPERLINK', 'SUM']) expect(text).not.toContain(`${word}(`);
    expect(text).not.toMatch(/https?:\/\/evil|\son[a-z]+=/);
  });

  test('makes a valid SARIF log', () => {
    expect(sarifProblems(JSON.parse(renderSarif(report)))).toEqual([]);
  });

  test('makes a page with the elements of a page, and no other', () => {
    const elements = new Set([...renderHtml(report).matchAll(/<\/?([a-z0-9]+)/gi)].map(([, name]) => name));
    const known =
      'html head meta title style body main h1 h2 p code table thead tbody tr th td span a article ul li strong svg rect';
    expect([...elements].filter((name) => !known.split(' ').includes(name ?? ''))).toEqual([]);
  });
});

describe('a source', () => {
  test('that looks like markup stays text', () => {
    const report = { ...auditOf(HARMLESS).report, source: '<img src=x onerror=1>`|`.prom' };
    expect(renderHtml(report)).toContain('&lt;img src=x onerror=1&gt;');
    expect(renderHtml(report)).not.toContain('<img');
    expect(renderMarkdown(report).split('\n')[0]).toBe('# Audit of `<img src=x onerror=1> .prom`');
    expect(sarifProblems(JSON.parse(renderSarif(report)))).toEqual([]);
  });
});

describe('every report', () => {
  const scenes = [
    ['of nothing', () => Promise.resolve(auditOf(HARMLESS))],
    [
      'of an open endpoint',
      () => auditScene(() => ({ body: HARMLESS }), { intervalMs: 1000, ports: [4001] }),
    ],
    ['of a closed endpoint', () => auditScene(() => ({ status: 401 }))],
    [
      'of an endpoint with a query',
      () => auditScene(() => ({ body: HARMLESS }), { address: 'http://h.example/metrics?…' }),
    ],
  ] as const;

  test.each(scenes)('%s is valid SARIF and JSON with every finding', async (_, audited) => {
    const { report, ids } = await audited();
    const log = JSON.parse(renderSarif(report));
    expect(sarifProblems(log)).toEqual([]);
    expect(log.runs[0].results.map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual(ids);
    expect(log.runs[0].tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(CHECK_IDS);
    const parsed = JSON.parse(renderJson(report));
    expect(parsed.findings).toEqual(report.findings);
    expect(parsed.tool.name).toBe('scrapegate');
  });

  test('names each finding, its evidence and its fix in every format', async () => {
    const { report } = await auditScene(() => ({ body: HARMLESS }));
    for (const [format, render] of Object.entries(RENDERERS)) {
      const text = render(report).replaceAll(/\\(.)/g, '$1').replaceAll(/\s+/g, ' ');
      for (const { id, evidence, fix } of report.findings) {
        expect([format, text.includes(id)]).toEqual([format, true]);
        for (const line of [...evidence, fix]) expect(text).toContain(line);
      }
    }
  });

  test('as text begins with a table, the worst first', async () => {
    const { report } = await auditScene(() => ({ body: HARMLESS }));
    const [title, , ...lines] = renderText(report, PLAIN).split('\n');
    expect(title).toBe('Audit of http://gate.example/metrics: 2 medium, 1 low');
    expect(lines.slice(0, 3).map((line) => line.slice(0, 40).trim())).toEqual(
      [
        'MEDIUM     5.9  transport/plain-http',
        'MEDIUM     5.3  access/open',
        'LOW        3.7  access/method',
      ].map((line) => expect.stringContaining(line)),
    );
  });

  test('as a page allows no script, and its own style alone', () => {
    const page = renderHtml(auditOf(HARMLESS).report);
    expect(page).toMatch(
      /content="default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; base-uri 'none'; form-action 'none'"/,
    );
    expect(page).not.toMatch(/<script|style=| on[a-z]+=|javascript:|https?:/);
  });

  test('as a page has bars in proportion', () => {
    const page = renderHtml(auditOf('a{x="12345678"} 1\nb 1\n').report);
    const widths = [...page.matchAll(/<rect width="([0-9.]+)"/g)].map(([, width]) => Number(width));
    expect(widths[0]).toBe(100);
    expect(Math.max(...widths)).toBe(100);
    expect(widths[1]).toBeGreaterThan(0);
    expect(widths[1]).toBeLessThan(100);
  });

  test('without findings says so', () => {
    const { report } = auditOf(HARMLESS);
    expect(renderText(report, PLAIN)).toContain('Nothing was found.');
    expect(renderHtml(report)).toContain('Nothing was found.');
    expect(renderMarkdown(report)).toContain('no findings.');
  });
});

describe('a report of what could not be looked at', () => {
  const door = 'it answered 401; --bearer-token-file or --basic looks inside';
  const scenes = [
    ['of a text', () => Promise.resolve(auditOf('x\n')), 'the input is no exposition'],
    [
      'of a refused credential',
      () => auditScene(() => ({ status: 401 }), { authorization: AUTHORIZATION }),
      'the credential was refused with 401',
    ],
    ['of a closed endpoint', () => auditScene(() => ({ status: 401 })), door],
  ] as const;

  test.each(scenes)('%s says so first in every format, and not that nothing was found', async (...scene) => {
    const [, audited, why] = scene;
    const { report } = await audited();
    const sentence =
      why === door ? `Nothing behind the door was looked at: ${why}.` : `Nothing could be looked at: ${why}.`;
    for (const [format, render] of Object.entries(RENDERERS)) {
      const text = render(report);
      expect(text).not.toContain('Nothing was found');
      expect(text).not.toContain('no findings');
      const expected = format === 'json' ? why : sentence;
      const plainText = text.replaceAll(/\\(.)/g, '$1').replaceAll(/\s+/g, ' ');
      const at = plainText.indexOf(expected);
      expect([format, at > 0]).toEqual([format, true]);
      // In SARIF the rules come before anything that was seen.
      const findings = format === 'sarif' ? [] : report.findings;
      for (const { id } of findings) expect(at).toBeLessThan(plainText.indexOf(id));
    }
    expect(JSON.parse(renderJson(report)).unread).toEqual({ closed: why === door, why });
  });

  test.each(scenes)(
    '%s is valid SARIF, whose invocation failed unless the door is closed',
    async (...scene) => {
      const [, audited, why] = scene;
      const log = JSON.parse(renderSarif((await audited()).report));
      expect(sarifProblems(log)).toEqual([]);
      expect(log.runs[0].invocations[0]).toMatchObject({
        executionSuccessful: why === door,
        toolExecutionNotifications: [{ level: why === door ? 'note' : 'error' }],
      });
    },
  );

  test('is no report of what was', () => {
    const { report } = auditOf(HARMLESS);
    expect(report).not.toHaveProperty('unread');
    expect(JSON.parse(renderSarif(report)).runs[0].invocations).toEqual([{ executionSuccessful: true }]);
  });
});

describe('the schema of SARIF', () => {
  test('refuses what is none', () => {
    expect(sarifProblems({ version: '2.1.0' })).not.toEqual([]);
    expect(sarifProblems({ version: '2.1.0', runs: [{ tool: {} }] })).not.toEqual([]);
  });
});
