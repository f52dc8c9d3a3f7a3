// What a report shows of texts that others chose: never the whole, and nothing that acts on whoever reads it.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printableName, redactEmail, redactHost, redactValue } from '../../../src/audit/redact.js';

const HOSTILE = [
  '\u001b[31mred',
  '\u202Eevil',
  '=1+1',
  '<script>',
  '|a|',
  '`x`',
  '-2+3',
  '@SUM(1)',
  '\u0301a',
  '\u200B',
];

describe('redactValue', () => {
  test.each([
    ['', '·…'],
    ['a', '·…'],
    ['é', '·…'],
    ['Acme GmbH', 'A…'],
    ['Ünal', 'Ü…'],
    ['\u{1F600}smile', '·…'],
  ])('of %j is %s', (value, redacted) => {
    expect(redactValue(value)).toBe(redacted);
  });

  test.each(HOSTILE)('shows nothing of %j', (value) => {
    expect(redactValue(value)).toBe('·…');
  });
});

describe('redactEmail and redactHost', () => {
  test.each([
    ['anna@acme.example', 'a…@a….example'],
    ['a@b', '·…@·…'],
    ['@acme.example', '·…'],
    ['nobody', 'n…'],
    ['x y@host.<b>', 'x…@h…'],
  ])('of %j is %s', (value, redacted) => {
    expect(redactEmail(value)).toBe(redacted);
  });

  test('of a host keeps the top level alone', () => {
    expect(redactHost('vllm.ml.svc.cluster.local')).toBe('v….local');
    expect(redactHost('localhost')).toBe('l…');
    expect(redactHost('10.1.2.3')).toBe('1…');
  });
});

describe('printableName', () => {
  test.each([
    ['litellm_requests:rate5m', 'litellm_requests:rate5m'],
    ['with space', 'with·space'],
    ['\u001b[2Jclear', '··2Jclear'],
    ['anna@acme.example', 'a…'],
    ['sk-1234567890abcdef', 's…'],
    ['x'.repeat(200), `${'x'.repeat(72)}…`],
  ])('of %j is %s', (name, printed) => {
    expect(printableName(name)).toBe(printed);
  });
});

describe('whatever the text', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'Z', '0', '.', '@', '<', '|', '=', '\u001b', '\n', '\u202E', 'é', '`'),
  });

  test('only plain characters are shown, and never the whole', () => {
    fc.assert(
      fc.property(text, (value) => {
        for (const shown of [redactValue(value), redactEmail(value), redactHost(value)]) {
          expect(shown).toMatch(/^[\p{L}\p{N}·…@.]+$/u);
          expect(shown).not.toBe(value);
        }
        expect(printableName(value)).toMatch(/^[A-Za-z0-9_:.·é-]*…?$/);
      }),
    );
  });
});
