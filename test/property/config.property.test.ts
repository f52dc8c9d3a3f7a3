// Whatever is written into a configuration, loading it ends in options or in a list of problems, and the problems
// never repeat a value: what is typed into the wrong place is often the secret.

import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadConfiguration } from '../../src/config/load.js';
import { ScrapegateError } from '../../src/errors.js';
import { asRecord } from '../../src/internal/option-problems.js';

const GOOD = readFileSync(new URL('../corpus/config/everything.good.yml', import.meta.url), 'utf8');
const MARKER = 'hunter2-marker';

/** Everything that the outcome says to a person. Rejects with any error but the documented one. */
async function said(text: string): Promise<string> {
  try {
    const { options } = await loadConfiguration({
      configPath: '/gate/gate.yml',
      env: {},
      nodeVersion: '24.17.0',
      createFiles: false,
      readFile: (path) => {
        if (path === '/gate/gate.yml') return Buffer.from(text);
        throw Object.assign(new Error(`missing: ${path}`), { code: 'ENOENT' });
      },
    });
    return JSON.stringify(options.warnings);
  } catch (error) {
    if (!(error instanceof ScrapegateError)) throw error;
    return `${error.message} ${JSON.stringify(error.problems)}`;
  }
}

/** The paths of everything in a parsed file, so that each may be replaced. */
function pathsOf(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (Array.isArray(value))
    return [path, ...value.flatMap((entry, index) => pathsOf(entry, [...path, index]))];
  const keys = asRecord(value);
  if (keys === undefined) return [path];
  return [path, ...Object.entries(keys).flatMap(([key, entry]) => pathsOf(entry, [...path, key]))];
}

function replaced(value: unknown, [head, ...rest]: readonly (string | number)[], by: unknown): unknown {
  if (head === undefined) return by;
  if (Array.isArray(value))
    return value.map((entry, index) => (index === head ? replaced(entry, rest, by) : entry));
  const keys = asRecord(value) ?? {};
  return { ...keys, [head]: replaced(keys[String(head)], rest, by) };
}

const strange = fc.oneof(
  fc.constantFrom<unknown>(
    MARKER,
    `${MARKER}\0`,
    `${MARKER}\n${MARKER}`,
    ` ${MARKER} `,
    `http://${MARKER}@gate.example/`,
    `sha256:${MARKER}`,
    `$scrypt$${MARKER}`,
    `${MARKER}s`,
    [MARKER],
    { target: MARKER },
    [[MARKER]],
    MARKER.repeat(2_000),
  ),
  fc.constantFrom<unknown>(null, '', [], {}, true, 0, -1, 1e308, '0.0.0.0/0', '__proto__'),
);

describe('loading a configuration', () => {
  it('never repeats a value that is in the wrong place', async () => {
    const good: unknown = parse(GOOD);
    const change = fc.record({ path: fc.constantFrom(...pathsOf(good)), by: strange });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        let changed = good;
        for (const { path, by } of changes) changed = replaced(changed, path, by);
        expect(await said(stringify(changed))).not.toContain(MARKER);
      }),
      { numRuns: 300 },
    );
  });

  it('ends in options or problems for any text', async () => {
    const unit = fc.constantFrom(
      ...Array.from('ab01:{}[],&*!|>%@`"\'#?-_./\\ \n\t\r\u0000\u00e4\u{1f600}'),
      'targets: ',
      '<<: ',
      '__proto__: ',
      '&a ',
      '*a ',
      '--- ',
    );
    await fc.assert(
      fc.asyncProperty(fc.string({ unit, maxLength: 60 }), async (text) => {
        expect(await said(text)).toMatch(/WARN_SCRAPEGATE_|configuration/);
      }),
      { numRuns: 500 },
    );
  });
});
