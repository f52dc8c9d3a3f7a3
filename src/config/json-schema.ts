// The JSON Schema of the configuration file, for editors, and the keys known at a place in it.
// Made from schema.ts; schema/scrapegate.schema.json is kept in step by a test.

import { z } from 'zod';
import { asRecord } from '../internal/option-problems.js';
import { fileSchema } from './schema.js';

/** A JSON Schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The JSON Schema (draft 2020-12) of the configuration file. */
export function configurationJsonSchema(): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(fileSchema, { io: 'input' });
  return { $schema, title: 'Scrapegate configuration', ...rest };
}

/** The schema of a member of what `schema` describes; undefined where there can be none. */
export function childSchema(schema: JsonSchema, segment: PropertyKey): JsonSchema | undefined {
  const alternatives = schema['anyOf'];
  if (Array.isArray(alternatives)) {
    for (const alternative of alternatives) {
      const found = childSchema(asRecord(alternative) ?? {}, segment);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (typeof segment === 'number') return asRecord(schema['items']);
  const properties = asRecord(schema['properties']) ?? {};
  const name = String(segment);
  // `__proto__` is a key that an operator may write, and a member of every object that nobody wrote.
  const own = Object.hasOwn(properties, name) ? asRecord(properties[name]) : undefined;
  return own ?? asRecord(schema['additionalProperties']);
}

/** Of a schema with alternatives the one for the kind of `value`, else the first; any other schema itself. */
export function alternativeFor(schema: JsonSchema, value: unknown): JsonSchema {
  const given: unknown = schema['anyOf'];
  if (!Array.isArray(given)) return schema;
  const alternatives = given.flatMap((alternative: unknown): readonly JsonSchema[] => {
    const found = asRecord(alternative);
    return found === undefined ? [] : [found];
  });
  const kind = Array.isArray(value) ? 'array' : typeof value;
  return alternatives.find((alternative) => alternative['type'] === kind) ?? alternatives[0] ?? schema;
}

/** The keys that an object at `path` may have; none where the operator chooses them. */
export function knownKeysAt(path: readonly PropertyKey[]): readonly string[] {
  let schema: JsonSchema | undefined = configurationJsonSchema();
  for (const segment of path) schema = schema === undefined ? undefined : childSchema(schema, segment);
  return Object.keys(asRecord(schema && alternativeFor(schema, {})['properties']) ?? {});
}
