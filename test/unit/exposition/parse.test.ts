import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import type { Exposition, ExpositionFormat } from '../../../src/exposition/model.js';
import {
  MAX_FAMILIES,
  MAX_HELP_BYTES,
  MAX_IDLE_LINES,
  MAX_LABEL_VALUE_BYTES,
  MAX_NAME_BYTES,
} from '../../../src/exposition/limits.js';
import { parseExposition } from '../../../src/exposition/parse.js';
import { EXPOSITION_REASONS, TOO_MANY_SERIES } from '../../../src/exposition/problem.js';
import { serialiseExposition } from '../../../src/exposition/serialise.js';
import { parseText } from '../../support/exposition-text.js';

const CORPUS = new URL('../../corpus/exposition/', import.meta.url);

/** What text 1.0.0 and OpenMetrics with `escaping=allow-utf-8` have besides; classic expositions are the same. */
const QUOTED = { quotedNames: true, escaping: 'allow-utf-8' } as const;

function parseCorpus(file: string): { readonly body: Buffer; readonly exposition: Exposition } {
  const body = readFileSync(new URL(file, CORPUS));
  const format: ExpositionFormat = file.endsWith('.prom') ? 'text' : 'openmetrics';
  const parsed = parseExposition(body, format, QUOTED);
  if (!parsed.ok) throw new Error(`${file}:${parsed.error.line}: ${parsed.error.reason}`);
  return { body, exposition: parsed.value };
}

const sampleCount = ({ families }: Exposition): number =>
  families.reduce((count, { samples }) => count + samples.length, 0);

describe('real expositions', () => {
  test.each(readdirSync(CORPUS).filter((file) => !file.endsWith('.md')))(
    '%s comes back byte for byte',
    (file) => {
      const { body, exposition } = parseCorpus(file);
      expect(body.equals(serialiseExposition(exposition, QUOTED))).toBe(true);
    },
  );

  test('LiteLLM: every sample of the 4,020 is there, and every family has its type', () => {
    const { exposition } = parseCorpus('litellm.prom');
    expect(sampleCount(exposition)).toBe(4020);
    expect(exposition.families.filter(({ typed }) => !typed)).toEqual([]);
    const teams = exposition.families.find(({ name }) => name === 'litellm_teams_count');
    expect(teams?.type).toBe('gauge');
    expect(teams?.samples).toHaveLength(1);
  });

  test('label values are decoded', () => {
    const { exposition } = parseCorpus('python-client-single.prom');
    const requests = exposition.families.find(
      ({ name }) => name === 'litellm_proxy_total_requests_metric_total',
    );
    expect(requests?.help).toBe('Total requests "by" key\\model\nsecond line');
    const valuesOf = (label: string): unknown[] | undefined =>
      requests?.samples.map(({ labels }) => labels.find(({ name }) => name === label)?.value);
    expect(valuesOf('team_alias')).toEqual(['Acme GmbH', 'Acme \\"R\\"', 'Umbrella "Research"']);
    expect(valuesOf('user_agent')).toEqual([
      'OpenAI/Python 1.51.0',
      'line\nfeed',
      'C:\\tmp\\n {a="b",} # é 漢字 🚀 \u2028\t',
    ]);
  });

  test.each(['python-client-utf8.prom', 'python-client-utf8.openmetrics'])(
    '%s: names are decoded',
    (file) => {
      const { exposition } = parseCorpus(file);
      const names = exposition.families.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(['h.x', 's.n', '\u00e9"x']));
      const histogram = exposition.families.find(({ name }) => name === 'h.x');
      expect(histogram?.samples[0]).toMatchObject({
        name: 'h.x_bucket',
        labels: [
          { name: 'l"q', value: 'z' },
          { name: 'le', value: '1.0' },
        ],
      });
    },
  );

  test('exemplars, units and every OpenMetrics type arrive', () => {
    const { exposition } = parseCorpus('python-client-single.openmetrics');
    expect(new Set(exposition.families.map(({ type }) => type))).toEqual(
      new Set(['counter', 'gauge', 'histogram', 'summary', 'unknown', 'info', 'stateset', 'gaugehistogram']),
    );
    const requests = exposition.families.find(({ name }) => name === 'litellm_proxy_total_requests_metric');
    expect(requests?.samples[0]?.exemplar).toEqual({
      labels: [
        { name: 'trace_id', value: '4bf92f3577b34da6' },
        { name: 'user', value: 'anna.mueller@acme.example' },
      ],
      value: '3.0',
      timestamp: '1767225600.123',
    });
    expect(exposition.families.find(({ name }) => name === 'spent_usd')?.unit).toBe('usd');
  });

  test('P26: no prefix of an OpenMetrics exposition is accepted, whole lines or not', () => {
    const { body } = parseCorpus('python-client-multiprocess.openmetrics');
    const shortest = body.length - '\n'.length;
    for (let length = 0; length < shortest; length += 1) {
      expect(parseExposition(body.subarray(0, length), 'openmetrics').ok).toBe(false);
    }
    expect(parseExposition(body.subarray(0, shortest), 'openmetrics').ok).toBe(true);
  });
});

describe('P27: what is no exposition', () => {
  test.each([
    ['an HTML page', '<!DOCTYPE html>\n<html><body>Sign in</body></html>\n'],
    ['JSON', '{"detail":"Unauthorized"}\n'],
    ['an exposition as a JSON string', '"# HELP a b\\n# TYPE a gauge\\na 1\\n"\n'],
    ['prose', 'Not found\n'],
  ])('%s is refused in its first line, in both formats', (_, body) => {
    for (const format of ['text', 'openmetrics'] as const) {
      const parsed = parseText(body, format);
      expect(parsed.ok ? undefined : parsed.error.line).toBe(1);
    }
  });
});

describe('P19: a body may be large and say nothing', () => {
  test.each([
    ['line feeds', '\n', 'text', MAX_IDLE_LINES + 1, 'too many blank lines and comments'],
    ['comments', '#\n', 'text', MAX_IDLE_LINES + 1, 'too many blank lines and comments'],
    ['line feeds', '\n', 'openmetrics', 1, 'blank line'],
  ] as const)('200 MiB of %s %j as %s are refused', (_, line, format, number, reason) => {
    const body = Buffer.alloc(200 * 1024 * 1024, line);
    expect(parseExposition(body, format)).toEqual({ ok: false, error: { line: number, reason } });
  });

  test('as many idle lines as are allowed are dropped', () => {
    expect(parseText(`${'\n'.repeat(MAX_IDLE_LINES)}a 1\n`).ok).toBe(true);
  });
});

describe('P19: limits', () => {
  const refusal = (line: number, reason: string): unknown => ({ ok: false, error: { line, reason } });

  test.each([
    ['x{n="1"} 1\nx{n="2"} 1\ny 1\nnot read', 2, 3],
    ['# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 1\nh_count 1\n', 1, 3],
  ])('reading %j stops at the first of more than %i series', (body, maxSeries, line) => {
    expect(parseExposition(Buffer.from(body), 'text', { maxSeries })).toEqual(refusal(line, TOO_MANY_SERIES));
    expect(EXPOSITION_REASONS).toContain(TOO_MANY_SERIES);
  });

  test('just as many series as are allowed', () => {
    const body = Buffer.from('x{n="1"} 1\nx{n="2"} 1\n');
    expect(parseExposition(body, 'text', { maxSeries: 2 }).ok).toBe(true);
  });

  test('families, with samples or metadata alone', () => {
    const families = Array.from({ length: MAX_FAMILIES }, (_, index) =>
      index % 2 === 0 ? `f${index} 1\n` : `# TYPE f${index} gauge\n`,
    ).join('');
    expect(parseText(families).ok).toBe(true);
    expect(parseText(`${families}x 1\n`)).toEqual(refusal(MAX_FAMILIES + 1, 'too many families'));
    expect(parseText(`${families}# HELP x y\n`)).toEqual(refusal(MAX_FAMILIES + 1, 'too many families'));
  });

  test.each([
    ['metric name', 'name too long', MAX_NAME_BYTES, (text: string) => `${text} 1\n`],
    ['family name', 'name too long', MAX_NAME_BYTES, (text: string) => `# TYPE ${text} gauge\n${text} 1\n`],
    ['label name', 'name too long', MAX_NAME_BYTES, (text: string) => `x{${text}="1"} 1\n`],
    ['label value', 'label value too long', MAX_LABEL_VALUE_BYTES, (text: string) => `x{a="${text}"} 1\n`],
    ['HELP', 'HELP too long', MAX_HELP_BYTES, (text: string) => `# HELP x ${text}\nx 1\n`],
  ])('a %s: %s past %i bytes', (_, reason, maxBytes, bodyWith) => {
    expect(parseText(bodyWith('a'.repeat(maxBytes))).ok).toBe(true);
    expect(parseText(bodyWith('a'.repeat(maxBytes + 1)))).toEqual(refusal(1, reason));
  });

  test('lengths are of the decoded text in UTF-8', () => {
    const bodyWith = (text: string): string => `x{a="${text}"} 1\n`;
    expect(parseText(bodyWith('\\n'.repeat(MAX_LABEL_VALUE_BYTES))).ok).toBe(true);
    expect(parseText(bodyWith('é'.repeat(MAX_LABEL_VALUE_BYTES / 2))).ok).toBe(true);
    expect(parseText(bodyWith(`${'é'.repeat(MAX_LABEL_VALUE_BYTES / 2)}e`)).ok).toBe(false);
  });
});
