// The scalars of the configuration file as zod schemas: text, names, durations, sizes, dates, addresses.
// Messages say what was expected, never what was given.

import { z } from 'zod';
import type { ListenOptions } from '../gateway/options.js';
import { LISTEN_EXPECTED, LISTEN_PATTERN, parseListenAddress } from './listen-address.js';
import { NAME_PATTERN } from './names.js';
import { parseTimestamp, TIMESTAMP_PATTERN } from './timestamp.js';
import { BYTES_PATTERN, DURATION_PATTERN, parseBytes, parseDuration } from './units.js';

type ErrorMessage = (issue: { readonly input?: unknown }) => string;

/** A message for a value that is missing or of the wrong kind. */
export function expecting(what: string): ErrorMessage {
  return (issue) => (issue.input === undefined ? `is missing; expected ${what}` : `expected ${what}`);
}

/** Any text; `what` names it in messages. */
export function text(
  description: string,
  what = 'text; numbers and dates meant as text go in quotes',
): z.ZodType<string, string> {
  return z.string({ error: expecting(what) }).describe(description);
}

/** The path of a file; relative ones start at the folder of the configuration file. */
export function filePath(description: string): z.ZodType<string, string> {
  return z.string({ error: expecting('the path of a file') }).describe(description);
}

/** A list of texts with at least one entry. */
export function texts(what: string, description: string): z.ZodType<string[], string[]> {
  return z
    .array(z.string({ error: expecting(`text; numbers go in quotes`) }), {
      error: expecting(`a list of ${what}`),
    })
    .min(1, { error: `expected at least one entry; remove the key to do without` })
    .describe(description);
}

/** A text, or a list of texts with at least one entry. */
export function textOrTexts(
  what: string,
  description: string,
): z.ZodType<string | string[], string | string[]> {
  const error = expecting(`text, or a list of ${what}; numbers go in quotes`);
  return z.union([z.string({ error }), texts(what, description)], { error }).describe(description);
}

/** `true` or `false`. */
export function flag(description: string): z.ZodType<boolean, boolean> {
  return z.boolean({ error: expecting('true or false') }).describe(description);
}

/** A whole number of at least 1. */
export function count(description: string): z.ZodType<number, number> {
  const error = expecting('a whole number of at least 1');
  return z.number({ error }).int({ error }).min(1, { error }).describe(description);
}

/** One of a few words. */
export function oneOf<W extends string>(words: readonly W[], description: string): z.ZodType<W, W> {
  return z.enum(words, { error: expecting(`one of ${words.join(', ')}`) }).describe(description);
}

function parsed<T>(
  what: string,
  parse: (value: string) => T | undefined,
  meta: { description: string; pattern?: string },
): z.ZodType<T, string> {
  return z
    .string({ error: expecting(what) })
    .transform((value, context) => {
      const result = parse(value);
      if (result !== undefined) return result;
      context.addIssue({ code: 'custom', message: `expected ${what}` });
      return z.NEVER;
    })
    .meta(meta);
}

/** A duration longer than nothing, or with `orNone` of any length, read as milliseconds. */
export function duration(
  description: string,
  { orNone = false }: { readonly orNone?: boolean } = {},
): z.ZodType<number, string> {
  return parsed(
    'a duration with its unit, such as 500ms, 10s, 15m, 1h or 1d',
    (value) => {
      const ms = parseDuration(value);
      return ms === 0 && !orNone ? undefined : ms;
    },
    { description, pattern: DURATION_PATTERN },
  );
}

/** A size of at least one byte, read as bytes. */
export function size(description: string): z.ZodType<number, string | number> {
  const what = 'a size, such as 256MiB, 10MB or a number of bytes';
  const bytes = z
    .number({ error: expecting(what) })
    .int({ error: expecting(what) })
    .min(1, { error: expecting(what) });
  const written = parsed(
    what,
    (value) => {
      const result = parseBytes(value);
      return result === 0 ? undefined : result;
    },
    { description, pattern: BYTES_PATTERN },
  );
  return z.union([written, bytes], { error: expecting(what) }).describe(description);
}

/** A date or timestamp, read as Unix milliseconds. */
export function timestamp(description: string): z.ZodType<number, string> {
  return parsed('a date such as 2027-01-01, or a time such as 2027-01-01T12:00:00Z', parseTimestamp, {
    description,
    pattern: TIMESTAMP_PATTERN,
  });
}

/** An address to listen on. */
export function listenAddress(description: string): z.ZodType<ListenOptions, string> {
  return parsed(LISTEN_EXPECTED, parseListenAddress, {
    description,
    pattern: LISTEN_PATTERN,
  });
}

/** File permissions, read as a number. YAML has several ways to read 0660, so that only text is taken. */
export function socketMode(description: string): z.ZodType<number, string> {
  return parsed(
    'permissions of three octal digits in quotes, such as "0660"',
    (value) => (/^0?[0-7]{3}$/.test(value) ? Number.parseInt(value, 8) : undefined),
    { description, pattern: '^0?[0-7]{3}$' },
  );
}

/** An object whose keys are names that the operator chose. */
export function named<T>(
  what: string,
  entry: z.ZodType<T>,
  description: string,
): z.ZodType<Record<string, T>> {
  return z
    .record(z.string().regex(new RegExp(NAME_PATTERN)), entry, { error: expecting(`${what} by name`) })
    .describe(description);
}
