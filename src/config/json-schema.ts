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
  if (typeof segment === 'number') return asRecord(schema['items']);
  const properties = asRecord(schema['properties']) ?? {};
  const name = String(segment);
  // `__proto__` is a key that an operator may write, and a member of every object that nobody wrote.
  const own = Object.hasOwn(properties, name) ? asRecord(properties[name]) : undefined;
  return own ?? asRecord(schema['additionalProperties']);
}

/** The keys that an object at `path` may have; none where the operator chooses them. */
export function knownKeysAt(path: readonly PropertyKey[]): readonly string[] {
  let schema: JsonSchema | undefined = configurationJsonSchema();
  for (const segment of path) schema = schema === undefined ? undefined : childSchema(schema, segment);
  return Object.keys(asRecord(schema?.['properties']) ?? {});
}
