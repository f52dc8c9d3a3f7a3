import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { previewOf } from '../../../support/preview.js';

const LINES = [
  '# TYPE requests_total counter',
  'requests_total{user_email="anna@acme.example",client_ip="203.0.113.7",code="200"} 4',
  'requests_total{user_email="anna@acme.example",client_ip="203.0.113.8",code="200"} 5',
  'requests_total{user_email="None",client_ip="203.0.113.8",code="500"} 1',
  '# TYPE open_gauge gauge',
  'open_gauge{client_ip="203.0.113.8",host="10.1.2.3"} 1',
  'open_gauge{client_ip="203.0.113.9",host="web"} 1',
  '# HELP up Ask ops@acme.example',
  '# TYPE up gauge',
  'up 1',
  '# TYPE same gauge',
  'same{code="200"} 1',
  '# TYPE process_open_fds gauge',
  'process_open_fds{kind="file"} 9',
  '# TYPE never_used counter',
];

describe('a comparison', () => {
  it('shows before and after, by label and by family', async () => {
    const lines = previewOf(LINES, { metrics: { drop: ['process_*'] } });
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../../../corpus/preview/small.txt');
  });

  it('lists families that leave as they came where that is asked for', () => {
    const families = (showUnchanged: boolean) => previewOf(LINES, {}, { showUnchanged });
    expect(families(false)).toContain('2 families as before (--all lists them)');
    expect(families(true).filter((line) => line.endsWith('as before'))).toHaveLength(2);
  });

  it.each([false, true])('counts families without a series apart from all others, all listed: %s', (all) => {
    const lines = previewOf(LINES, {}, { showUnchanged: all });
    expect(lines.at(-1)).toBe('1 family without a series: left out');
    expect(lines.join('\n')).not.toContain('never_used');
    const rows = lines.slice(lines.indexOf('Families') + 2).filter((line) => /^[-~ ] {2}\w/.test(line));
    expect(lines[1]).toMatch(/^families +5 /);
    expect(rows).toHaveLength(all ? 5 : 3);
  });

  it('of OpenMetrics', () => {
    const lines = ['# TYPE requests counter', 'requests_total{user="anna"} 4', '# EOF'];
    expect(previewOf(lines).at(-1)).toMatch(/^~ {2}requests {2}counter .* 1 {2}→ {2}1 .* series by series$/);
  });

  it('of a tenant says what belongs to nobody', () => {
    const lines = [
      '# TYPE requests_total counter',
      'requests_total{team="a",code="200"} 4',
      'requests_total{team="b",region="x"} 4',
      '# TYPE up gauge',
      'up{host="web"} 1',
    ];
    const text = previewOf(lines, { only: { team: ['a'] } });
    expect(text.filter((line) => /^[-~ ] {2}\w.* \d/.test(line))).toEqual([
      expect.stringMatching(/^ {3}code .* kept +no rule names it$/),
      expect.stringMatching(/^- {2}host .* gone with its series$/),
      expect.stringMatching(/^- {2}region .* gone with its series$/),
      expect.stringMatching(/^ {3}team .* kept +no rule names it$/),
      expect.stringMatching(/^~ {2}requests_total .* 2 {2}→ {2}1 .* some series are not in the view$/),
      expect.stringMatching(/^- {2}up .* 1 {2}→ {2}0 .* gone: no series of the tenant$/),
    ]);
  });

  it('of values beyond the cap says so', () => {
    const lines = [
      '# TYPE requests_total counter',
      'requests_total{model="a"} 1',
      'requests_total{model="b"} 1',
      '# TYPE up gauge',
      'up{model="a"} 1',
      'up{model="b"} 1',
    ];
    const text = previewOf(lines, { maxValuesPerLabel: 1 }).join('\n');
    expect(text).toContain('shown as __other__: more values than max_values_per_label');
    expect(text).toMatch(/requests_total .* 2 {2}→ {2}2 .* added up/);
    expect(text).toMatch(/up .* 2 {2}→ {2}1 .* some series are not in the view/);
  });
});

describe('a comparison that may be shown to others', () => {
  const values = ['anna', 'acme', '203.0.113', '10.1.2', 'ops@', 'None', 'web', '"'];

  it('has names and counts, and not one value', () => {
    const text = previewOf(LINES, {}, { showUnchanged: true }).join('\n');
    expect(values.filter((value) => text.includes(value))).toEqual([]);
  });

  it('has no name in which something was found', () => {
    const lines = [
      '# TYPE requests_total counter',
      'requests_total{"user anna@acme.example"="x"} 1',
      '# TYPE "calls of ben@acme.example" counter',
      '{"calls of ben@acme.example", "of carla@acme.example"="x"} 1',
    ];
    const text = previewOf(lines, {}, { showUnchanged: true }).join('\n');
    expect(text).not.toContain('acme');
    expect(text).toContain('(an e-mail address in its name)');
    expect(previewOf(lines, {}, { showValues: true }).join('\n')).toContain('calls of ben@acme.example');
  });

  it('escapes what would move the cursor, in names and in values', () => {
    const lines = ['# TYPE "a\u001b[2J" gauge', '{"a\u001b[2J", "l\u009b"="v\u001b]0;x\u0007\u202e"} 1'];
    const text = previewOf(lines, {}, { showValues: true, showUnchanged: true }).join('\n');
    expect(text).toContain('a\\u{1b}[2J');
    expect(text).toContain('"v\\u{1b}]0;x\\u{7}\\u{202e}"');
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

describe('values that were asked for', () => {
  it('come as a few examples, before and after', () => {
    const lines = Array.from(
      { length: 5 },
      (_, at) => `up{user="user-${String(at)}",code="${String(at)}"} 1`,
    );
    const text = previewOf(lines, {}, { showValues: true });
    expect(text.filter((line) => line.includes('"user-'))).toEqual([
      expect.stringMatching(/^ +"user-0" → "p_[a-z2-7]{26}"$/),
      expect.stringMatching(/^ +"user-1" → "p_[a-z2-7]{26}"$/),
      expect.stringMatching(/^ +"user-2" → "p_[a-z2-7]{26}"$/),
    ]);
  });
});

describe('a comparison of a real LiteLLM', () => {
  it('is as it was', async () => {
    const body = readFileSync(
      new URL('../../../corpus/exposition/litellm-real-single.prom', import.meta.url),
      'utf8',
    );
    const lines = previewOf(body.trimEnd().split('\n'), { preset: 'litellm' });
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../../../corpus/preview/litellm.txt');
  });
});
