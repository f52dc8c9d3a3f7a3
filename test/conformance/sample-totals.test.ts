// The sample exposition of a LiteLLM proxy through the `litellm` preset: every total by what remains equals the input's.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Exposition, Sample } from '../../src/exposition/model.js';
import { parseExposition } from '../../src/exposition/parse.js';
import { rendererOf, type WholeView } from '../support/views.js';

const sample = readFileSync(new URL('../corpus/exposition/litellm.prom', import.meta.url));
const GROUP_LABELS = ['requested_model', 'status_code', 'le'];

function parse(body: Uint8Array): Exposition {
  const parsed = parseExposition(body, 'text');
  if (!parsed.ok) throw new Error(`line ${parsed.error.line}: ${parsed.error.reason}`);
  return parsed.value;
}

/** Sums by metric and the labels that both sides have. */
function totals(exposition: Exposition): Map<string, number> {
  const sums = new Map<string, number>();
  for (const family of exposition.families) {
    if (family.type !== 'counter' && family.type !== 'histogram') continue;
    for (const { name, labels, value } of family.samples) {
      const key = JSON.stringify([name, ...GROUP_LABELS.map((label) => valueOf(labels, label))]);
      sums.set(key, (sums.get(key) ?? 0) + Number(value));
    }
  }
  return sums;
}

function valueOf(labels: Sample['labels'], label: string): string | undefined {
  return labels.find(({ name }) => name === label)?.value;
}

function render(): WholeView {
  const rendered = rendererOf({ preset: 'litellm' }).render(sample, 'text', 0);
  if (!rendered.ok) throw new Error(rendered.error.reason);
  return rendered.value;
}

describe('test/corpus/exposition/litellm.prom through the litellm preset', () => {
  const { body, seriesIn, seriesOut } = render();
  const before = totals(parse(sample));
  const after = totals(parse(body));

  test('has the 4,020 samples of the input, and fewer after aggregation', () => {
    expect(seriesIn).toBe(4020);
    expect(seriesOut).toBeGreaterThan(500);
    expect(seriesOut).toBeLessThan(seriesIn);
  });

  test('keeps every counter and bucket total by requested_model, status_code and le', () => {
    expect(before.size).toBeGreaterThan(300);
    expect([...after.keys()].toSorted()).toEqual([...before.keys()].toSorted());
    for (const [key, total] of before) expect(after.get(key), key).toBeCloseTo(total, 6);
  });

  test('gives the same bytes for the same input', () => {
    expect(Buffer.from(render().body).equals(body)).toBe(true);
  });

  test('shows no e-mail address, client address, user agent or key hash of the input', () => {
    const text = Buffer.from(body).toString('utf8');
    const hidden = new Set<string>();
    for (const { samples } of parse(sample).families) {
      for (const { labels } of samples) {
        for (const label of [
          'user_email',
          'client_ip',
          'user_agent',
          'hashed_api_key',
          'user',
          'team_alias',
          'api_key_alias',
        ]) {
          const value = valueOf(labels, label);
          if (value !== undefined && value !== 'None' && value !== 'default_user_id' && value.length > 3)
            hidden.add(value);
        }
      }
    }
    expect(hidden.size).toBeGreaterThan(80);
    const isPlaceholder = (value: string): boolean => value.startsWith('litellm');
    expect(
      [...hidden].filter(
        (value) => !isPlaceholder(value) && text.includes(JSON.stringify(value).slice(1, -1)),
      ),
    ).toEqual([]);
    expect(text).not.toContain('@');
  });
});
