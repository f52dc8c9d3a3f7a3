import { describe, expect, it } from 'vitest';
import { parseSeriesSelector } from '../../../../src/setup/preview/series-selector.js';
import { previewLines } from '../../../../src/setup/preview/preview.js';
import type { ViewOptions } from '../../../../src/views/options.js';
import { previewOf } from '../../../support/preview.js';

const LINES = [
  '# TYPE requests_total counter',
  'requests_total{user="anna",client_ip="203.0.113.7",code="200",team="a"} 4',
  'requests_total{user="anna",client_ip="203.0.113.8",code="200",team="a"} 5',
  '# TYPE budget gauge',
  'budget{user="None",client_ip="203.0.113.8",api_base="http://10.1.2.3/v1"} 1',
  'budget{user="ben",client_ip="203.0.113.9",api_base="none"} 2',
  '# TYPE waited histogram',
  'waited_bucket{client_ip="203.0.113.8",le="1"} 1',
  'waited_bucket{client_ip="203.0.113.8",le="2"} 1',
  'waited_bucket{client_ip="203.0.113.8",le="+Inf"} 1',
  'waited_sum{client_ip="203.0.113.8"} 0.5',
  'waited_count{client_ip="203.0.113.8"} 1',
  'waited_bucket{client_ip="203.0.113.9",le="2"} 1',
  'waited_bucket{client_ip="203.0.113.9",le="+Inf"} 1',
  'waited_sum{client_ip="203.0.113.9"} 1.5',
  'waited_count{client_ip="203.0.113.9"} 1',
  '# TYPE up gauge',
  'up{team="b"} 1',
  '# TYPE total gauge',
  'total 1',
];

function explain(series: string, view: Partial<ViewOptions> = {}, showValues = false): readonly string[] {
  return previewOf(LINES, view, { explain: parseSeriesSelector(series), showValues });
}

describe('an explanation', () => {
  it('has the rule that decided each label, the fate of the metric, and the series of the view', () => {
    const view: Partial<ViewOptions> = {
      labels: [{ label: 'code', metric: 'requests_*', action: 'mask' }],
      reveal: ['user'],
    };
    expect(explain('requests_total{client_ip="203.0.113.8"}', view)).toEqual([
      'Series',
      '  requests_total{user="…", client_ip="…", code="…", team="…"}',
      '',
      'Metric: counter, in the view, which leaves out none by name',
      'Tenant: in the view: it has no tenant scope',
      'Labels',
      '  user       kept                            reveal: user',
      '  client_ip  dropped, their series added up  preset generic: client addresses and user agents (*client_ip*)',
      '  code       masked                          own rule of the view: code of requests_*',
      '  team       kept; detectors found nothing   no rule names it',
      '',
      'In the view',
      '  requests_total{user="…", code="…", team="…"}',
      '  together with 1 other series, added up',
    ]);
  });

  it('shows values where that is asked for: as they came, and as the view has them', () => {
    const lines = explain('requests_total{client_ip="203.0.113.8"}', { reveal: ['user'] }, true);
    expect(lines[1]).toBe('  requests_total{user="anna", client_ip="203.0.113.8", code="200", team="a"} 5');
    expect(lines).toContain(
      '  client_ip  dropped, their series added up  preset generic: client addresses and user agents (*client_ip*)  "203.0.113.8" → gone',
    );
    expect(lines.at(-2)).toBe('  requests_total{user="anna", code="200", team="a"} 9');
  });

  it('of several that fit is one of the first', () => {
    expect(explain('requests_total')[2]).toBe('The first of 2 series that fit.');
  });

  it.each<[string, string, Partial<ViewOptions>, readonly string[]]>([
    [
      'a detector',
      'budget{client_ip="203.0.113.8"}',
      {},
      [
        '  api_base   replaced by a pseudonym: an IP address in the value                no rule names it',
        '  user       kept: the value stands for nobody                                  preset generic: people (*user*)',
        '  client_ip  replaced by pseudonyms, as nobody says how this gauge adds up      preset generic: client addresses and user agents (*client_ip*)',
      ].map((line) => line.replaceAll(/ {2,}/g, '  ')),
    ],
    [
      'a gauge with a function',
      'budget{user="ben"}',
      {
        gauges: { 'bud*': 'max' },
        labels: [
          { label: 'user', action: 'drop' },
          { label: 'api_base', action: 'drop' },
        ],
      },
      ['  together with 1 other series, put together by max (own rule of the view: bud*)'],
    ],
    [
      'a bucket that not all have',
      'waited_bucket{le="1"}',
      {},
      ['  nothing: not every histogram that is added up has this bucket'],
    ],
    ['a bucket that all have', 'waited_bucket{le="2"}', {}, ['  together with 1 other series, added up']],
    [
      'a metric that is dropped',
      'up',
      { metrics: { drop: ['u?'] } },
      [
        'Metric: gauge, not in the view: metrics.drop has u?',
        'Labels: nothing is decided about them, as the series is not in the view',
        '  nothing: see above',
      ],
    ],
    [
      'a metric that is not kept',
      'up',
      { metrics: { keep: ['req*'] } },
      ['Metric: gauge, not in the view: metrics.keep does not name it'],
    ],
    [
      'a metric that is kept',
      'up',
      { metrics: { keep: ['up'] } },
      ['Metric: gauge, in the view: metrics.keep has up'],
    ],
    [
      'another tenant',
      'up',
      { only: { team: ['a'] } },
      ['Tenant: not in the view: a label has a value that "only" does not allow'],
    ],
    [
      'no tenant',
      'total',
      { only: { team: ['a'] } },
      ['Tenant: not in the view: it lacks a label that "only" names, and "share" does not have its metric'],
    ],
    [
      'a shared metric',
      'total',
      { only: { team: ['a'] }, share: ['total'] },
      ['Tenant: in the view: it names no tenant, and "share" has its metric'],
    ],
  ])('of %s', (_, series, view, expected) => {
    const lines = explain(series, view).map((line) => line.replaceAll(/(?<=\S) {2,}/g, '  '));
    for (const line of expected) expect(lines).toContain(line);
  });

  it('of a series that the target does not have is none', () => {
    const preview = previewLines(
      {
        view: { name: 'v', target: 't' },
        source: { body: new TextEncoder().encode('up 1\n'), format: 'text', quotedNames: false },
        nowMs: 0,
      },
      { explain: { name: 'down', labels: [] } },
    );
    expect(preview).toEqual({ ok: false, error: { kind: 'no_such_series' } });
  });

  it('of something that is no exposition is none, and repeats nothing of it', () => {
    const preview = previewLines(
      {
        view: { name: 'v', target: 't' },
        source: { body: new TextEncoder().encode('anna@acme.example\n'), format: 'text', quotedNames: false },
        nowMs: 0,
      },
      {},
    );
    expect(preview.ok ? '' : JSON.stringify(preview.error)).toMatch(/not_an_exposition.*line 1: /);
    expect(JSON.stringify(preview)).not.toContain('acme');
  });
});
