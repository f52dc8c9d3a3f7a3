// What is left of a damaged exposition when malformed families are left out: nothing but families that a strict reader
// reads as they stand, and nothing at all of those that were left out.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Exposition, ExpositionFormat } from '../../src/exposition/model.js';
import { parseExposition } from '../../src/exposition/parse.js';
import { serialiseExposition } from '../../src/exposition/serialise.js';
import { arbitraryExposition } from '../support/arbitrary-exposition.js';

const FORMATS: readonly ExpositionFormat[] = ['text', 'openmetrics'];
const RUNS = { numRuns: 400 };

/** What goes wrong in a line: what a client that does not escape prints, and what a programmer mistypes. */
const DAMAGES: readonly ((line: string) => string)[] = [
  (line) => line.replace('="', '=""'),
  (line) => line.replace('="', '="\n'),
  (line) => line.replace('="', '="x"} 9\n'),
  (line) => `${line} x`,
  (line) => line.replace(/ [^ ]*$/u, ''),
  (line) => `${line}\n${line}`,
  (line) => line.replace('# TYPE', '# TYPE x'),
  (line) => line.replace(/^(# TYPE .*) .*$/u, '$1 bogus'),
  (line) => line.replace(/^# HELP/u, '# TYPE'),
  (line) => line.slice(0, Math.floor(line.length / 2)),
  (line) => `}${line}`,
];

function print(exposition: Exposition): string {
  return Buffer.from(serialiseExposition(exposition)).toString('utf8');
}

const arbitraryDamage = fc.array(fc.record({ at: fc.nat(1000), damage: fc.constantFrom(...DAMAGES) }), {
  minLength: 1,
  maxLength: 3,
});

describe.each(FORMATS)('quarantine in %s', (format) => {
  const damaged = fc.tuple(arbitraryExposition(format), arbitraryDamage).map(([exposition, damages]) => {
    const lines = print(exposition).split('\n');
    for (const { at, damage } of damages) {
      const line = at % lines.length;
      lines[line] = damage(lines[line] ?? '');
    }
    return Buffer.from(lines.join('\n'), 'utf8');
  });

  test('changes nothing about what can be read whole', () => {
    fc.assert(
      fc.property(damaged, (body) => {
        const strict = parseExposition(body, format);
        fc.pre(strict.ok);
        expect(parseExposition(body, format, { onMalformed: 'quarantine' })).toEqual(strict);
      }),
      RUNS,
    );
  });

  test('leaves what a strict reader reads just so', () => {
    let quarantined = 0;
    fc.assert(
      fc.property(damaged, (body) => {
        const lenient = parseExposition(body, format, { onMalformed: 'quarantine' });
        if (!lenient.ok || lenient.value.quarantined === undefined) return;
        quarantined += 1;
        const { families } = lenient.value;
        const again = parseExposition(Buffer.from(print({ format, families })), format);
        expect(again).toEqual({ ok: true, value: { format, families } });
      }),
      RUNS,
    );
    expect(quarantined).toBeGreaterThan(50);
  });

  test('the first problem is the one by which the scrape would have failed', () => {
    fc.assert(
      fc.property(damaged, (body) => {
        const strict = parseExposition(body, format);
        const lenient = parseExposition(body, format, { onMalformed: 'quarantine' });
        fc.pre(!strict.ok && lenient.ok);
        expect(!strict.ok && lenient.ok && lenient.value.quarantined?.problems[0]).toEqual(
          !strict.ok && strict.error,
        );
      }),
      RUNS,
    );
  });

  test('a line that is broken takes its family with it, and no other', () => {
    fc.assert(
      fc.property(arbitraryExposition(format), fc.nat(1000), (exposition, at) => {
        // Without metadata nobody knows whether a broken line ends one family or begins the next.
        const families = exposition.families.map((family) => ({ ...family, help: 'x' }));
        const lines = print({ format, families }).split('\n');
        const samples = lines.flatMap((line, index) => (line === '' || line.startsWith('#') ? [] : [index]));
        const sample = at % samples.length;
        lines[samples[sample] ?? 0] += ' x y z';
        let end = 0;
        const broken = families.find((family) => (end += family.samples.length) > sample);
        const others = families.filter((family) => family !== broken);
        const lenient = parseExposition(Buffer.from(lines.join('\n')), format, { onMalformed: 'quarantine' });
        const isLeft = others.some((family) => family.samples.length > 0);
        expect(lenient.ok && lenient.value.families).toEqual(isLeft && others);
      }),
      RUNS,
    );
  });
});
