// What published parsers decide about the vectors of their own tests, and what we decide. Where we differ, on purpose,
// a ground is named; nothing differs without one.

import { describe, expect, test } from 'vitest';

import { parseExposition } from '../../src/exposition/parse.js';
import { serialiseExposition } from '../../src/exposition/serialise.js';
import { EXPFMT_OPENMETRICS, EXPFMT_TEXT, EXPFMT_TEXT_UTF8 } from '../corpus/vectors/prometheus-expfmt.js';
import { OPENMETRICS_PARSERS } from '../corpus/vectors/openmetrics-parsers.js';
import {
  TEXTPARSE_OPENMETRICS,
  TEXTPARSE_OPENMETRICS_UTF8,
  TEXTPARSE_TEXT,
  TEXTPARSE_TEXT_UTF8,
} from '../corpus/vectors/prometheus-textparse.js';
import { LAXER_GROUNDS, type PublishedVectors, STRICTER_GROUNDS, vectorBytes } from '../support/vectors.js';

const PUBLISHED: readonly PublishedVectors[] = [
  TEXTPARSE_TEXT,
  TEXTPARSE_TEXT_UTF8,
  TEXTPARSE_OPENMETRICS,
  TEXTPARSE_OPENMETRICS_UTF8,
  EXPFMT_TEXT,
  EXPFMT_TEXT_UTF8,
  EXPFMT_OPENMETRICS,
  OPENMETRICS_PARSERS,
];

describe.each(PUBLISHED.map((vectors) => [vectors.publisher, vectors] as const))('%s', (_, vectors) => {
  const { format, quotedNames = false, parsed, refused, stricter, laxer } = vectors;

  function verdict(body: Uint8Array): string {
    const result = parseExposition(body, format, { quotedNames });
    return result.ok ? 'parsed' : `${String(result.error.line)}: ${result.error.reason}`;
  }

  function print(body: Uint8Array): Uint8Array {
    const result = parseExposition(body, format, { quotedNames });
    if (!result.ok) throw new Error(`${String(result.error.line)}: ${result.error.reason}`);
    return serialiseExposition(result.value, { escaping: quotedNames ? 'allow-utf-8' : 'values' });
  }

  test.each(parsed)('both parse: %s', (_name, body) => {
    const printed = print(vectorBytes(body));
    expect(Buffer.from(print(printed)).toString()).toBe(Buffer.from(printed).toString());
  });

  test.each(refused)('both refuse: %s', (_name, body, line, reason) => {
    expect(verdict(vectorBytes(body))).toBe(`${String(line)}: ${reason}`);
  });

  test.runIf(stricter.length > 0).each(stricter)('we alone refuse: %s', (_name, body, line, reason) => {
    expect(verdict(vectorBytes(body))).toBe(`${String(line)}: ${reason}`);
  });

  test.runIf(laxer.length > 0).each(laxer)('we alone parse: %s', (_name, body) => {
    expect(verdict(vectorBytes(body))).toBe('parsed');
  });
});

describe('the grounds for differing', () => {
  test('are all in use', () => {
    const stricter = PUBLISHED.flatMap((vectors) => vectors.stricter.map(([, , , , why]) => why));
    const laxer = PUBLISHED.flatMap((vectors) => vectors.laxer.map(([, , why]) => why));
    expect([...new Set(stricter)].toSorted()).toEqual(Object.keys(STRICTER_GROUNDS).toSorted());
    expect([...new Set(laxer)].toSorted()).toEqual(Object.keys(LAXER_GROUNDS).toSorted());
  });

  test('no vector is named twice', () => {
    for (const { parsed, refused, stricter, laxer } of PUBLISHED) {
      const names = [...parsed, ...refused, ...stricter, ...laxer].map(([name]) => name);
      expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    }
  });
});
