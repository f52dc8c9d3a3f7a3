import { describe, expect, test } from 'vitest';

import {
  acceptHeaderFor,
  allowsQuotedNames,
  contentTypeOf,
  formatOfContentType,
  negotiateEscaping,
  negotiateFormat,
} from '../../../src/exposition/negotiate.js';

const PROMETHEUS_2 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const PROMETHEUS_3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1';
const PROMETHEUS_WITH_PROTOBUF =
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';

describe('negotiateFormat', () => {
  test.each([
    undefined,
    '',
    'garbage',
    '*/*',
    'application/*',
    'text/html',
    'application/json',
    'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited',
    'application/openmetrics-text;version=2.0.0',
    'application/openmetrics-text;version=1.0.0;q=0',
    'application/openmetrics-text;q=0.000,*/*;q=0',
    'application/openmetrics-text;q=9',
    'application/openmetrics-text;q=-1',
    'application/openmetrics-text;q=NaN',
    'application/openmetrics-text;q=0.5;q=1',
    'application/openmetrics-text;q=0.5,text/plain',
    'application/openmetrics-text;q=0.5,text/plain;version=0.0.4;q=0.501',
    'application/openmetrics-text;q=0.5,text/*',
    'application/openmetrics-text;q=0.5,*/*',
    'x"application/openmetrics-text',
  ])('%j asks for text', (accept) => {
    expect(negotiateFormat(accept)).toBe('text');
  });

  test.each([
    PROMETHEUS_2,
    PROMETHEUS_3,
    PROMETHEUS_WITH_PROTOBUF,
    'application/openmetrics-text',
    'Application/OpenMetrics-Text; Version="1.0.0"',
    'application/openmetrics-text;version=0.0.1;q=0.001',
    'text/plain;q=0.5,application/openmetrics-text;q=0.5',
    'text/plain;q=0.2,*/*;q=0.9,application/openmetrics-text;q=0.5',
    'text/plain;q=7,application/openmetrics-text;q=0.5',
  ])('%j asks for OpenMetrics', (accept) => {
    expect(negotiateFormat(accept)).toBe('openmetrics');
  });
});

describe('acceptHeaderFor', () => {
  test('never asks for protobuf', () => {
    expect(acceptHeaderFor('text')).not.toContain('protobuf');
    expect(acceptHeaderFor('openmetrics')).not.toContain('protobuf');
  });

  test('text does not name OpenMetrics, which some clients would take for a wish', () => {
    expect(acceptHeaderFor('text')).not.toContain('openmetrics');
  });

  test('OpenMetrics leaves the way back to text', () => {
    expect(acceptHeaderFor('openmetrics')).toContain('text/plain;version=0.0.4;q=0.5');
  });

  test('is understood as it is meant', () => {
    expect(negotiateFormat(acceptHeaderFor('text'))).toBe('text');
    expect(negotiateFormat(acceptHeaderFor('openmetrics'))).toBe('openmetrics');
  });
});

describe('formatOfContentType', () => {
  test.each([
    undefined,
    '',
    'text/html; charset=utf-8',
    'application/json',
    'application/octet-stream',
    'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited',
    'text/plain; version=0.0.3',
    'text/plain; version=2.0.0',
    'text/plain; charset=iso-8859-1',
    'text/plain; charset=utf-8; charset=latin1',
    'text/plain; version=0.0.4; version=0.0.4',
    'text/plain, text/html',
    'application/openmetrics-text; version=2.0.0',
    'application/openmetrics-text; version=1.0.0; charset=utf-16',
  ])('%j is nothing that is understood', (header) => {
    expect(formatOfContentType(header)).toBeUndefined();
  });

  test.each([
    ['text/plain', 'text'],
    ['TEXT/PLAIN; CHARSET=UTF-8', 'text'],
    ['text/plain; version=0.0.4; charset=utf-8', 'text'],
    ['text/plain; version=0.0.4; charset=utf-8; escaping=underscores', 'text'],
    ['text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8', 'text'],
    ['application/openmetrics-text', 'openmetrics'],
    ['application/openmetrics-text; version=0.0.1; charset=utf-8', 'openmetrics'],
    ['application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=values', 'openmetrics'],
  ])('%j is %s', (header, format) => {
    expect(formatOfContentType(header)).toBe(format);
  });
});

test('what the gate answers is what it would understand', () => {
  expect(contentTypeOf('text')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(contentTypeOf('openmetrics')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
  expect(formatOfContentType(contentTypeOf('text'))).toBe('text');
  expect(formatOfContentType(contentTypeOf('openmetrics'))).toBe('openmetrics');
});

describe('negotiateEscaping', () => {
  test.each([
    [undefined, 'text'],
    ['*/*', 'text'],
    [PROMETHEUS_2, 'openmetrics'],
    [PROMETHEUS_2, 'text'],
    ['text/plain;version=0.0.4;escaping=allow-utf-8', 'text'],
    ['text/plain;escaping=allow-utf-8', 'text'],
    ['text/plain;version=1.0.0', 'text'],
    ['text/plain;version=1.0.0;escaping=underscores', 'text'],
    ['text/plain;version=1.0.0;escaping=Allow-UTF-8', 'text'],
    ['text/plain;version=1.0.0;escaping=allow-utf-8;q=0', 'text'],
    ['text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4', 'text'],
    ['text/plain;version=1.0.0;escaping=allow-utf-8', 'openmetrics'],
    ['application/openmetrics-text;version=1.0.0;escaping=allow-utf-8', 'text'],
    ['application/openmetrics-text;version=0.0.1;escaping=allow-utf-8', 'openmetrics'],
    ['application/openmetrics-text;version=1.0.0;escaping=dots', 'openmetrics'],
  ] as const)('%j, answered in %s, gets escaped names', (accept, format) => {
    expect(negotiateEscaping(accept, format)).toBe('values');
  });

  test.each([
    [PROMETHEUS_3, 'openmetrics'],
    [PROMETHEUS_3, 'text'],
    ['text/plain;version=1.0.0;escaping=allow-utf-8', 'text'],
    ['text/plain; version="1.0.0"; escaping="allow-utf-8"; q=0.1', 'text'],
    ['text/plain;version=0.0.4,text/plain;version=1.0.0;escaping=allow-utf-8', 'text'],
  ] as const)('%j, answered in %s, gets names in quotes', (accept, format) => {
    expect(negotiateEscaping(accept, format)).toBe('allow-utf-8');
  });
});

test.each([
  [undefined, false],
  ['', false],
  ['text/plain', false],
  ['text/plain; version=0.0.4', false],
  ['text/plain; version=0.0.4; escaping=underscores', false],
  ['text/plain; version=1.0.0; escaping=values', false],
  ['application/openmetrics-text; version=0.0.1', false],
  ['text/plain; version=1.0.0', true],
  ['text/plain; version=0.0.4; charset=utf-8; escaping=allow-utf-8', true],
  ['application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8', true],
])('under the Content-Type %j, names in quotes: %s', (header, allowed) => {
  expect(allowsQuotedNames(header)).toBe(allowed);
});

test('what the gate answers with names in quotes says so', () => {
  for (const format of ['text', 'openmetrics'] as const) {
    const contentType = contentTypeOf(format, 'allow-utf-8');
    expect(formatOfContentType(contentType)).toBe(format);
    expect(allowsQuotedNames(contentType)).toBe(true);
    expect(contentTypeOf(format, 'values')).toBe(contentTypeOf(format));
  }
  expect(contentTypeOf('text', 'allow-utf-8')).toBe(
    'text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8',
  );
});
