// Which software is told from which metrics and refusals, and what is not believed.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { detectSoftware, isAtLeast, parseVersion, SOFTWARE } from '../../../src/audit/software.js';
import type { Exposition } from '../../../src/exposition/model.js';
import { PRESET_NAMES } from '../../../src/views/presets.js';
import { parseText } from '../../support/exposition-text.js';

const CORPUS = new URL('../../corpus/exposition/', import.meta.url);

function exposition(text: string, format: Exposition['format'] = 'text'): Exposition {
  const parsed = parseText(text, format);
  if (!parsed.ok) throw new Error(`${String(parsed.error.line)}: ${parsed.error.reason}`);
  return parsed.value;
}

describe('detectSoftware', () => {
  test('knows nothing by names that only mention a software', () => {
    const names = ['my_litellm_requests', 'node_modules_total', 'vllm_requests', 'prometheus_client_version'];
    for (const name of names) {
      expect(detectSoftware({ exposition: exposition(`${name} 1\n`) })).toEqual({
        software: 'unknown',
        preset: 'generic',
      });
    }
    expect(detectSoftware({})).toEqual({ software: 'unknown', preset: 'generic' });
  });

  test('does not repeat a version that is none', () => {
    const hostile = String.raw`node_exporter_build_info{version="1.0<script>alert(1)</script>"} 1`;
    expect(detectSoftware({ exposition: exposition(`${hostile}\n`) })).toEqual({
      software: 'node_exporter',
      preset: 'generic',
    });
    expect(detectSoftware({ headers: { 'x-litellm-version': '1.2.3\u001b[31m' } })).toEqual({
      software: 'litellm',
      preset: 'litellm',
    });
  });

  test('gives no version where several are named', () => {
    const two = 'prometheus_build_info{version="2.42.0"} 1\nprometheus_build_info{version="3.1.0"} 1\n';
    expect(detectSoftware({ exposition: exposition(`${two}prometheus_tsdb_head_series 1\n`) })).toEqual({
      software: 'prometheus',
      preset: 'generic',
    });
  });

  test.each([
    ['scrapegate_build_info{version="0.1.0"} 1\nlitellm_x 1\n', 'scrapegate', '0.1.0', 'generic'],
    ['litellm_in_flight_requests 1\nvllm:num_requests_running 1\n', 'litellm', undefined, 'litellm'],
    ['vllm:num_requests_running 1\n', 'vllm', undefined, 'vllm'],
    ['bifrost_upstream_requests_total 1\n', 'bifrost', undefined, 'generic'],
    ['librechat_messages_total 1\n', 'librechat_exporter', undefined, 'librechat'],
    ['rum_proxy_requests_total 1\n', 'librechat', undefined, 'librechat'],
    ['node_exporter_build_info{version="1.5.0"} 1\n', 'node_exporter', '1.5.0', 'generic'],
    [
      'prometheus_build_info{version="2.42.0+ds"} 1\nprometheus_tsdb_head_series 1\n',
      'prometheus',
      '2.42.0+ds',
      'generic',
    ],
  ])('reads %j as %s %s', (text, software, version, preset) => {
    const expected = { software, ...(version !== undefined && { version }), preset };
    expect(detectSoftware({ exposition: exposition(text) })).toEqual(expected);
  });

  test.each(['litellm-real-single.prom', 'litellm-real-multiproc.prom'])('knows LiteLLM by %s', (file) => {
    const text = readFileSync(new URL(file, CORPUS), 'utf8');
    expect(detectSoftware({ exposition: exposition(text) }).software).toBe('litellm');
  });

  test('reads build information in OpenMetrics, where the family has no suffix', () => {
    const text = '# TYPE scrapegate_build info\nscrapegate_build_info{version="0.1.0"} 1\n# EOF\n';
    expect(detectSoftware({ exposition: exposition(text, 'openmetrics') }).version).toBe('0.1.0');
  });

  test('knows a software by its refusal', () => {
    const refusal = '"Unauthorized access to metrics endpoint: No api key passed in."';
    expect(detectSoftware({ refusal }).software).toBe('litellm');
    const headers = { 'www-authenticate': ['Bearer realm="scrapegate"', 'Basic realm="scrapegate"'] };
    expect(detectSoftware({ headers, refusal: 'Unauthorized\n' }).software).toBe('scrapegate');
    expect(detectSoftware({ headers: { 'www-authenticate': 'Basic realm="x"' } }).software).toBe('unknown');
  });

  test('gives presets that there are', () => {
    for (const name of SOFTWARE) expect(SOFTWARE.indexOf(name)).toBe(SOFTWARE.lastIndexOf(name));
    expect(PRESET_NAMES).toContain(detectSoftware({}).preset);
  });
});

describe('parseVersion', () => {
  test.each([undefined, '', '1', 'latest', '1.2.3 ', '1.2.3\n', '1.2.3_', `1.2.3-${'x'.repeat(60)}`])(
    'refuses %j',
    (text) => {
      expect(parseVersion(text)).toBeUndefined();
    },
  );

  test.each([
    ['v1.2', '1.2'],
    ['1.101.0rc2', '1.101.0rc2'],
    ['2.42.0+ds', '2.42.0+ds'],
  ])('reads %s as %s', (text, version) => {
    expect(parseVersion(text)).toBe(version);
  });
});

describe('isAtLeast', () => {
  test.each([
    [undefined, undefined],
    ['1.84.9', false],
    ['1.85.0', true],
    ['1.106.2', true],
    ['0.99.0', false],
    ['2.0.0', true],
  ])('1.85 of %s is %s', (version, expected) => {
    expect(isAtLeast(version, 1, 85)).toBe(expected);
  });
});
