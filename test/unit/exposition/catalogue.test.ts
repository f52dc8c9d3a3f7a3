// What a catalogue weighs: whatever a target can make grow in it counts, or the scanner would never start anew.

import { describe, expect, test } from 'vitest';
import { ExpositionScanner } from '../../../src/exposition/incremental/scanner.js';
import type { Catalogue } from '../../../src/exposition/incremental/catalogue.js';
import { atOnce } from '../../../src/internal/turns.js';

const SCRAPES = 12;
const NAMES_OF_SCRAPE = 20_000;
const NUMBERS = Array.from({ length: NAMES_OF_SCRAPE }, (_, index) => index);

function catalogueAfter(lineOf: (name: string) => string): readonly Catalogue[] {
  const scanner = new ExpositionScanner({ format: 'openmetrics', quotedNames: true, maxSeries: 1_000_000 });
  const catalogues = new Set<Catalogue>();
  for (let scrape = 0; scrape < SCRAPES; scrape += 1) {
    const lines = NUMBERS.map((number) => lineOf(`n${scrape}_${number}`));
    const body = Buffer.from(`x 1\n# TYPE c counter\n${lines.join('')}# EOF\n`);
    const scan = atOnce(scanner.scan(body));
    if (!scan.ok) throw new Error(`${scan.error.line}: ${scan.error.reason}`);
    catalogues.add(scan.value.catalogue);
  }
  return [...catalogues];
}

describe('names that are others in each scrape end with their catalogue', () => {
  test('of labels of exemplars', () => {
    let number = 0;
    const catalogues = catalogueAfter(
      (name) => `c_total{a="${number++ % NAMES_OF_SCRAPE}"} 1 # {${name}="1"} 1\n`,
    );
    const most = Math.max(...catalogues.map(({ exemplarNames }) => exemplarNames.size));
    expect(catalogues.length).toBeGreaterThan(1);
    expect(most).toBeLessThan((SCRAPES * NAMES_OF_SCRAPE) / 2);
  });

  test('of families without a sample', () => {
    const catalogues = catalogueAfter((name) => `# TYPE ${name} gauge\n`);
    const most = Math.max(...catalogues.map(({ kinds }) => kinds.kinds.length));
    expect(catalogues.length).toBeGreaterThan(1);
    expect(most).toBeLessThan((SCRAPES * NAMES_OF_SCRAPE) / 2);
  });
});
