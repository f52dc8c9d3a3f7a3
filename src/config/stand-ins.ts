// Puts stand-ins where a configuration has a value of the wrong shape, so that everything else can be checked as well:
// one look then finds all problems, not one layer of them. What comes out is never run, because there is a problem.

import { asRecord } from '../internal/option-problems.js';
import { alternativeFor, childSchema, configurationJsonSchema, type JsonSchema } from './json-schema.js';
import { formatPath } from './problems.js';

type Path = readonly PropertyKey[];

/** For what is left out: a key that is optional, or known to nobody. */
const NOTHING = Symbol('nothing');

/** `raw` with stand-ins at the broken paths (as `formatPath` writes them), or without the key where it may be left out. */
export function withStandIns(
  raw: Readonly<Record<string, unknown>>,
  broken: ReadonlySet<string>,
): Readonly<Record<string, unknown>> {
  return asRecord(new Repair(broken).value(raw, configurationJsonSchema(), [])) ?? {};
}

class Repair {
  readonly #broken: ReadonlySet<string>;
  /** No two stand-ins are alike: two equal tokens or users would be another problem. */
  #count = 0;

  constructor(broken: ReadonlySet<string>) {
    this.#broken = broken;
  }

  value(value: unknown, given: JsonSchema | undefined, path: Path): unknown {
    const schema = given && alternativeFor(given, value);
    if (this.#broken.has(formatPath(path))) return this.#standIn(schema, path, false);
    if (Array.isArray(value)) {
      // Entries are never left out: the others would get other numbers.
      return value.map((entry, index) => {
        const at = [...path, index];
        const items = schema && childSchema(schema, index);
        return this.#broken.has(formatPath(at))
          ? this.#standIn(items, at, true)
          : this.value(entry, items, at);
      });
    }
    const keys = asRecord(value);
    return keys === undefined ? value : this.#members(keys, schema, path);
  }

  #members(keys: Readonly<Record<string, unknown>>, schema: JsonSchema | undefined, path: Path): unknown {
    const required = requiredOf(schema);
    const names = [...Object.keys(keys), ...required.filter((name) => !Object.hasOwn(keys, name))];
    const members = names.flatMap((name): [string, unknown][] => {
      const at = [...path, name];
      const child = schema && childSchema(schema, name);
      const isNeeded = required.includes(name) || (isOpen(schema) && path.length > 1);
      const member = this.#broken.has(formatPath(at))
        ? this.#standIn(child, at, isNeeded)
        : Object.hasOwn(keys, name)
          ? this.value(keys[name], child, at)
          : NOTHING;
      if (member === NOTHING) return [];
      // The schema drops this key without a word.
      return [[name === '__proto__' ? this.#text() : name, member]];
    });
    return Object.fromEntries(members);
  }

  /** Something of the right shape. Text stays text even where it is optional: a password that is broken was given. */
  #standIn(given: JsonSchema | undefined, path: Path, isNeeded: boolean): unknown {
    if (given === undefined) return NOTHING;
    const schema = alternativeFor(given, undefined);
    const words = schema['enum'];
    if (Array.isArray(words)) return isNeeded ? words[0] : NOTHING;
    switch (schema['type']) {
      case 'string':
        return schema['pattern'] === undefined ? this.#text() : NOTHING;
      case 'array':
        return isNeeded ? [this.#standIn(childSchema(schema, 0), [...path, 0], true)] : NOTHING;
      case 'object':
        return this.#object(schema, path, isNeeded);
      default:
        return NOTHING;
    }
  }

  #object(schema: JsonSchema, path: Path, isNeeded: boolean): unknown {
    // An open object within an entry is a tenant scope or the like: without it, what belongs to it would look wrong.
    if (isOpen(schema) && path.length > 1) {
      const name = this.#text();
      return { [name]: this.#standIn(childSchema(schema, name), [...path, name], true) };
    }
    if (!isNeeded || path.length <= 2) return NOTHING;
    return Object.fromEntries(
      requiredOf(schema).map((name) => [
        name,
        this.#standIn(childSchema(schema, name), [...path, name], true),
      ]),
    );
  }

  #text(): string {
    this.#count += 1;
    return `stand-in-${String(this.#count)}`;
  }
}

function requiredOf(schema: JsonSchema | undefined): readonly string[] {
  const required = schema?.['required'];
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
}

/** Whether the operator chooses the keys. */
function isOpen(schema: JsonSchema | undefined): boolean {
  return asRecord(schema?.['additionalProperties']) !== undefined;
}
