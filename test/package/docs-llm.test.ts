// docs/llm.md and the entry `scrapegate/llm`: the page says what the code does, and its example runs as it stands there.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { LABEL_NAMES, METRICS, type LlmLabel } from '../../src/llm/conventions.js';
import { ABANDONED_ERROR, CANCELLED_ERROR, OTHER_ERROR } from '../../src/llm/error-type.js';
import * as entry from '../../src/llm/index.js';
import { MAX_HIDDEN_LENGTH, MAX_SHOWN_LENGTH } from '../../src/llm/label-values.js';
import { createLlmMetrics } from '../../src/llm/llm-metrics.js';
import { MAX_NUMBER } from '../../src/llm/record-fields.js';
import { BOUNDS, maxValuesOf } from '../../src/llm/resolve-options.js';
import { SUMMARY_METRICS } from '../../src/llm/summary.js';
import { asRecord } from '../../src/internal/option-problems.js';
import { readPage } from '../support/documentation.js';
import { samplesOf } from '../support/llm-scene.js';
import { codeSpans, fencedBlocks, tableUnder } from '../support/markdown.js';
import { REPOSITORY } from '../support/rooms.js';

const PAGE = readPage('docs/llm.md');

function plain(cell: string | undefined): string {
  return (cell ?? '').replaceAll('`', '');
}

/** The members of an interface, from the source: types are gone at run time. */
function membersOf(file: string, type: string): readonly string[] {
  const source = readFileSync(`${REPOSITORY}src/llm/${file}`, 'utf8').replaceAll(/\/\*\*.*?\*\//gs, '');
  const body = new RegExp(`export interface ${type}\\b[^{]*\\{([\\s\\S]*?)\\n\\}`).exec(source)?.[1] ?? '';
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm)].map(([, name = '']) => name);
}

/** What node prints that runs `script` in this package, as its user would in theirs. */
function runScript(type: 'module' | 'commonjs', script: string): string {
  return execFileSync(process.execPath, [`--input-type=${type}`, '--no-warnings', '--eval', script], {
    cwd: REPOSITORY,
    encoding: 'utf8',
  });
}

describe('the tables of docs/llm.md', () => {
  it('have every metric with its type, unit, labels and meaning', () => {
    const expected = Object.values(METRICS).map(({ name, type, unit, labels, help }) => [
      name,
      type,
      unit,
      labels.join(', ') || '–',
      help,
    ]);
    expect(tableUnder(PAGE, 'Metrics').map((row) => row.map(plain))).toEqual(expected);
  });

  it('have the buckets of every histogram', () => {
    const expected = Object.values(METRICS)
      .filter(({ type }) => type === 'histogram')
      .map(({ name, buckets }) => [name, buckets.join(', ')]);
    expect(tableUnder(PAGE, 'Buckets').map((row) => row.map(plain))).toEqual(expected);
  });

  it('have every label, and which option bounds its values', () => {
    const bounds = { maxValuesPerLabel: 1, maxIdentities: 2, maxSeries: 3 };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of that table are the labels
    const labels = Object.keys(LABEL_NAMES) as LlmLabel[];
    const expected = labels.map((label) => [
      label,
      LABEL_NAMES[label],
      maxValuesOf(label, bounds) === bounds.maxIdentities ? 'maxIdentities' : 'maxValuesPerLabel',
    ]);
    expect(tableUnder(PAGE, 'Labels').map((row) => row.map(plain))).toEqual(expected);
  });

  it('have every option with its default and its bounds', () => {
    const documented = tableUnder(PAGE, 'Options').map((row) => row.map(plain));
    expect(documented.map(([name = '']) => name).toSorted()).toEqual(
      membersOf('options.ts', 'LlmMetricsOptions').toSorted(),
    );
    const number = (cell = ''): number => Number(cell.replaceAll(',', ''));
    for (const [name, { fallback, min, max }] of Object.entries(BOUNDS)) {
      const row = documented.find(([documentedName]) => documentedName === name);
      expect(row?.slice(1, 4).map(number)).toEqual([fallback, min, max]);
    }
  });

  it('have every member of a record', () => {
    const expected = ['LlmRequest', 'LlmOutcome', 'LlmRecord'].flatMap((type) =>
      membersOf('records.ts', type),
    );
    expect(
      tableUnder(PAGE, 'Records')
        .map(([name]) => plain(name))
        .toSorted(),
    ).toEqual(expected.toSorted());
  });

  it('have every function', () => {
    const documented = tableUnder(PAGE, 'Functions').map(([name]) => /^\w+/.exec(plain(name))?.[0] ?? '');
    const metrics = createLlmMetrics({ register: new Registry() });
    expect(documented.toSorted()).toEqual(Object.keys(metrics).toSorted());
  });

  it('have every member of the summary, in its order, and its metrics', () => {
    const { summary } = createLlmMetrics({ register: new Registry() });
    const members = Object.entries(summary()).flatMap(([name, value]) =>
      typeof value === 'number' ? [name] : Object.keys(value).map((member) => `${name}.${member}`),
    );
    expect(tableUnder(PAGE, 'Summary').map(([name]) => plain(name))).toEqual(members);
    const rows = PAGE.slice(PAGE.indexOf('`summaryExposition(')).matchAll(
      /^\| `(\w+)` +\| (\w+) +\| (.*?) +\|$/gm,
    );
    expect([...rows].map(([, name, type, help]) => [name, type, help])).toEqual(
      SUMMARY_METRICS.map(({ name, type, help }) => [name, type, help]),
    );
  });

  it('have the error types that the library makes up, and the modes of identities', () => {
    const errors = tableUnder(PAGE, 'Error types').flatMap(([type = '']) => codeSpans(type));
    expect(errors).toEqual(expect.arrayContaining([OTHER_ERROR, CANCELLED_ERROR, ABANDONED_ERROR]));
    const modes = tableUnder(PAGE, 'Identities').map(([mode]) => plain(mode));
    expect(modes).toEqual(['pseudonymise', 'keep', 'omit']);
  });

  it('stand beside the right limits', () => {
    expect(PAGE).toContain(`values longer than ${String(MAX_SHOWN_LENGTH)} characters`);
    expect(PAGE).toContain(`get a pseudonym, values longer than ${String(MAX_HIDDEN_LENGTH)}.`);
    expect(PAGE).toContain(`above ${MAX_NUMBER.toExponential().replace('+', '')} or`);
  });

  it('name metrics that exist, wherever the page does', () => {
    const mentioned = [...PAGE.matchAll(/\b(?:llm|gen_ai)_\w+/g)].map(([name]) => name);
    const known = new Set(Object.values(METRICS).flatMap(({ name, labels }) => [name, ...labels]));
    expect(mentioned.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('the entry scrapegate/llm', () => {
  const manifest: unknown = JSON.parse(readFileSync(`${REPOSITORY}package.json`, 'utf8'));
  const target = asRecord(asRecord(asRecord(manifest)?.['exports'])?.['./llm']);

  it('leads to files that the build makes', () => {
    expect(target).toEqual({ types: './dist/llm/index.d.ts', default: './dist/llm/index.js' });
    expect(readFileSync(`${REPOSITORY}dist/llm/index.d.ts`, 'utf8')).toContain('createLlmMetrics');
  });

  it.each([
    ['module', "import * as llm from 'scrapegate/llm'; console.log(Object.keys(llm).sort().join())"],
    [
      'commonjs',
      "console.log(Object.keys(require('scrapegate/llm')).filter((k) => k[0] !== '_').sort().join())",
    ],
  ] as const)('can be loaded as a %s', (type, script) => {
    expect(runScript(type, script).trim()).toBe(Object.keys(entry).toSorted().join());
  });

  it('runs the example of the page', () => {
    const example = fencedBlocks(PAGE).find(({ info }) => info === 'js example');
    const printed = runScript('module', example?.text ?? 'throw new Error("there is no example")');
    const [words, exposition, json] = printed.split(/^(?=# HELP gen_ai_server_request)|^(?=\{$)/m);
    expect(words).toBe('Hello\ndear\nreader\n');
    // The console adds a line feed.
    const samples = samplesOf((exposition ?? '').replace(/\n\n$/, '\n'));
    const valueOf = (name: string): readonly string[] =>
      samples.filter((sample) => sample.name === name).map(({ value }) => value);
    expect(valueOf('gen_ai_server_request_duration_seconds_count')).toEqual(['1']);
    expect(valueOf('gen_ai_client_token_usage_sum')).toEqual(['4', '3']);
    expect(valueOf('gen_ai_server_time_per_output_token_seconds_count')).toEqual(['1']);
    expect(valueOf('llm_identity_requests_total')).toEqual(['1']);
    expect(printed).not.toContain('anna');
    expect(JSON.parse(json ?? '')).toMatchObject({
      latency: { count: 1 },
      throughput: { total_requests: 1 },
    });
  });
});
