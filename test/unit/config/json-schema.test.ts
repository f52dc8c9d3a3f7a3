import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configurationJsonSchema, knownKeysAt } from '../../../src/config/json-schema.js';
import { asRecord } from '../../../src/internal/option-problems.js';

const written: unknown = JSON.parse(
  readFileSync(new URL('../../../schema/scrapegate.schema.json', import.meta.url), 'utf8'),
);

function eachNode(node: unknown, path: string, visit: (node: object, path: string) => void): void {
  if (typeof node !== 'object' || node === null) return;
  visit(node, path);
  for (const [key, child] of Object.entries(node)) eachNode(child, `${path}/${key}`, visit);
}

describe('the JSON Schema', () => {
  it('is the one in schema/scrapegate.schema.json ("npm run schema" writes it)', () => {
    expect(written).toEqual(configurationJsonSchema());
  });

  it('refuses unknown keys everywhere, as the program does', () => {
    const open: string[] = [];
    eachNode(written, '', (node, path) => {
      if (
        'properties' in node &&
        (!('additionalProperties' in node) || node.additionalProperties !== false)
      ) {
        open.push(path);
      }
    });
    expect(open).toEqual([]);
  });

  it('describes every key', () => {
    const bare: string[] = [];
    eachNode(written, '', (node, path) => {
      for (const [key, child] of Object.entries(
        'properties' in node ? (asRecord(node.properties) ?? {}) : {},
      )) {
        if (typeof asRecord(child)?.['description'] !== 'string') bare.push(`${path}/${key}`);
      }
    });
    expect(bare).toEqual([]);
  });
});

describe('knownKeysAt', () => {
  it('finds keys at the root, below chosen names and in lists', () => {
    expect(knownKeysAt([])).toContain('targets');
    expect(knownKeysAt(['views', 'any', 'metrics'])).toEqual(['keep', 'drop']);
    expect(knownKeysAt(['credentials', 'any', 'bearer_tokens', 0])).toContain('token_file');
    expect(knownKeysAt(['nowhere', 'at', 'all'])).toEqual([]);
  });
});
