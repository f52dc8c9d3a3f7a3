// The schema of SARIF 2.1.0 as OASIS publishes it, compiled.

import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';

const SCHEMA = new URL('./schemas/sarif-2.1.0.json', import.meta.url);

/** What is wrong with a SARIF log; empty where nothing is. */
export function sarifProblems(log: unknown): readonly string[] {
  const { id, $schema, ...schema } = JSON.parse(readFileSync(SCHEMA, 'utf8'));
  if (typeof id !== 'string' || !String($schema).includes('draft-04'))
    throw new Error('not the published schema');
  // Draft 4 names a schema by `id`; nothing else in this one differs from what the validator reads.
  const ajv = new Ajv({ allErrors: true, strict: false });
  addFormats.default(ajv);
  const validate = ajv.compile({ ...schema, $id: id });
  validate(log);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${String(message)}`);
}
