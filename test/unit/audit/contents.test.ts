// What is found in an exposition, what is not, and that no value of a label gets into a finding.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { CheckId } from '../../../src/audit/checks.js';
import { compilePseudonymiser } from '../../../src/views/pseudonym.js';
import { auditOf } from '../../support/audit-scene.js';

const CORPUS = new URL('../../corpus/exposition/', import.meta.url);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function withLabels(labels: Readonly<Record<string, string>>): string {
  const text = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return `# TYPE litellm_requests gauge\nlitellm_requests{${text.join(',')}} 1\n`;
}

function idsOf(labels: Readonly<Record<string, string>>): readonly CheckId[] {
  return auditOf(withLabels(labels)).ids.filter((id) => id !== 'software/detected');
}

describe('labels that give nothing away', () => {
  const pseudonym = compilePseudonymiser(new Uint8Array(32), 'default')('anna@acme.example');
  test.each([
    { user: 'None' },
    { user: '' },
    { user_email: pseudonym },
    { team_alias: pseudonym, hashed_api_key: pseudonym },
    { user: 'redacted' },
    { client_ip: '203.0.113.0/24' },
    { client_ip: '2001:db8::/48' },
    { status_code: '200', route: '/v1/chat/completions', model: 'gpt-4o' },
    { version: '1.2.3.4' },
    { le: '0.5' },
    { user_role: 'admin' },
    { api_provider: 'openai' },
    { endpoint: 'http://127.0.0.1:8000/v1' },
  ])('%j', (labels) => {
    expect(idsOf(labels)).toEqual([]);
  });
});

describe('names of credentials', () => {
  const text = (metric: string): string => `# TYPE ${metric} gauge\n${metric}{credential="prometheus"} 1\n`;

  test('are of the operator in the metrics of the gate itself, and of somebody else elsewhere', () => {
    expect(auditOf(text('scrapegate_requests')).ids).toEqual(['software/detected']);
    expect(auditOf(text('other_requests')).ids).toEqual(['privacy/key-name']);
  });
});

describe('labels that give something away', () => {
  test.each<readonly [Readonly<Record<string, string>>, CheckId]>([
    [{ user_email: 'anna@acme.example' }, 'privacy/email'],
    [{ anything: 'for anna@acme.example' }, 'privacy/email'],
    [{ user: 'anna' }, 'privacy/person'],
    [{ 'End-User': 'cust_000123' }, 'privacy/person'],
    [{ session_id: '4711' }, 'privacy/session'],
    [{ metadata_team: 'x-men' }, 'privacy/client-metadata'],
    [{ client_ip: '203.0.113.9' }, 'privacy/client-address'],
    [{ note: '203.0.113.9' }, 'privacy/client-address'],
    [{ user_agent: 'OpenAI/Python 1.99' }, 'privacy/user-agent'],
    [{ note: 'Mozilla/5.0 (X11; Linux)' }, 'privacy/user-agent'],
    [{ team_alias: 'Acme GmbH' }, 'privacy/organisation'],
    [{ api_key_alias: 'production' }, 'privacy/key-name'],
    [{ hashed_api_key: sha256('something long and random') }, 'secrets/key-hash'],
    [{ hashed_api_key: sha256('sk-1234') }, 'secrets/well-known-key'],
    [{ anything: sha256('sk-1234').toUpperCase() }, 'secrets/well-known-key'],
    [{ api_base: 'https://bob:planted@models.example/v1' }, 'secrets/token'],
    [{ note: 'Bearer abcdefgh12345678' }, 'secrets/token'],
    [{ api_base: 'http://vllm-llama33.ml-prod.svc.cluster.local:8000/v1' }, 'topology/internal-host'],
    [{ api_base: 'http://10.42.7.19:8888/v1' }, 'topology/internal-host'],
    [{ instance: '10.42.7.19:9100' }, 'topology/internal-host'],
    [{ backend_url: 'http://vllm:8000/v1' }, 'topology/internal-host'],
    [{ nodename: 'build-7' }, 'topology/internal-host'],
    [{ model_id: '0f0e' }, 'topology/deployment'],
  ])('%j is %s', (labels, id) => {
    const quoted = Object.entries(labels).map(([name, value]) => [
      /\W/.test(name) ? `"${name}"` : name,
      value,
    ]);
    expect(idsOf(Object.fromEntries(quoted))).toContain(id);
  });

  test('an address of a server is none of a client', () => {
    expect(idsOf({ api_base: 'http://10.42.7.19:8888/v1' })).not.toContain('privacy/client-address');
    expect(idsOf({ client_ip: '10.42.7.19' })).toContain('privacy/client-address');
  });

  test('are rated worse where a stranger reads them', () => {
    const scraper = auditOf(withLabels({ user_email: 'anna@acme.example' })).finding('privacy/email');
    expect(scraper).toMatchObject({ severity: 'medium', score: 6.5, reader: 'scraper' });
  });
});

describe('tenants', () => {
  const two = (label: string, values: readonly string[]): string =>
    `# TYPE litellm_x gauge\n${values.map((value) => `litellm_x{${label}="${value}"} 1\n`).join('')}`;

  test('are named, or only told apart, or there is one', () => {
    expect(auditOf(two('team_alias', ['Acme', 'Globex'])).finding('tenants/named')?.evidence).toEqual([
      'label team_alias: 2 tenants',
    ]);
    expect(auditOf(two('team', ['2f6a', '7c94'])).finding('tenants/several')?.severity).toBe('info');
    expect(auditOf(two('team', ['2f6a', 'None'])).ids).not.toContain('tenants/several');
  });
});

describe('free text', () => {
  test('of HELP, names and exemplars is looked at', () => {
    const text = [
      '# HELP a ask anna@acme.example',
      '# TYPE a counter',
      'a_total{"sk-1234567890abcdef"="x"} 1 # {user="anna"} 1',
      '# TYPE b gauge',
      'b 1',
      '# EOF',
      '',
    ].join('\n');
    const { finding } = auditOf(text);
    expect(finding('privacy/help')?.evidence).toEqual(['HELP of a: an e-mail address']);
    expect(finding('privacy/name')?.evidence).toEqual(['name of a label, s…: an API key or password']);
    expect(finding('privacy/exemplar')?.evidence).toEqual(['label user of 1 exemplar']);
  });

  test('of an exemplar with a trace alone is no finding', () => {
    const text = '# TYPE a counter\na_total 1 # {trace_id="0af7651916cd43dd"} 1\n# EOF\n';
    expect(auditOf(text).ids).not.toContain('privacy/exemplar');
  });
});

describe('how much there is', () => {
  const series = (many: number, label: string): string =>
    Array.from({ length: many }, (_, index) => `a{${label}="${String(index)}"} 1\n`).join('');

  test('values of a label and series of a metric have a bound each', () => {
    expect(auditOf(series(1000, 'x')).ids).toEqual([]);
    expect(auditOf(series(1001, 'x')).finding('cardinality/label')?.evidence).toEqual([
      'label x of a: 1001 values',
    ]);
    expect(auditOf(series(10_001, 'x')).finding('cardinality/family')?.evidence).toEqual(['a: 10001 series']);
  });

  test('a large exposition is one finding', () => {
    const wide = `b{x="${'y'.repeat(60_000)}`;
    const text = Array.from({ length: 170 }, (_, index) => `${wide}${String(index)}"} 1\n`).join('');
    expect(auditOf(text).ids).toEqual(['cardinality/size']);
  });
});

describe('what is malformed', () => {
  test('is told by line and reason, and the rest is looked at', () => {
    const text = '# TYPE a gauge\na{user="anna"} 1\n# TYPE b gauge\nb{x="1} 1\n';
    const { finding, ids } = auditOf(text);
    expect(finding('format/malformed')?.evidence).toEqual([
      'line 4: label value without closing quote',
      'metrics left out because of it and the like: 1',
    ]);
    expect(ids).toContain('privacy/person');
  });

  test('as a whole leaves that finding alone', () => {
    expect(auditOf('# TYPE a gauge\na 1\n\u0000\n').ids).toEqual(['format/malformed']);
    expect(auditOf(Buffer.from([0xff, 0xfe])).ids).toEqual([]);
    expect(auditOf('').ids).toEqual([]);
  });
});

describe('evidence', () => {
  test.each(['litellm.prom', 'litellm-real-single.prom', 'litellm-real-multiproc.openmetrics'])(
    'of %s has no value of a label in it',
    (file) => {
      const text = readFileSync(new URL(file, CORPUS), 'utf8');
      const { report } = auditOf(text);
      expect(report.findings.length).toBeGreaterThan(8);
      const said = JSON.stringify([report.findings.map(({ evidence }) => evidence), report.biggestFamilies]);
      const values = new Set([...text.matchAll(/="((?:[^"\\]|\\.)+)"/g)].map(([, value]) => value ?? ''));
      // Short values, and values that are words of a sentence, are in any text.
      const told = [...values].filter(
        (value) => value.length > 5 && !/^[a-z_]+$/.test(value) && said.includes(value),
      );
      expect(told).toEqual([]);
    },
  );
});
