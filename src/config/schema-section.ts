// Objects of the configuration file as zod schemas: their keys, and nothing besides.

import { z } from 'zod';
import { expecting } from './scalars.js';

/** An object with these keys alone. */
export function section<S extends z.ZodRawShape>(
  shape: S,
  description: string,
): z.ZodObject<S, z.core.$strict> {
  return z
    .strictObject(shape, {
      error: (issue) =>
        issue.code === 'invalid_type' ? expecting('keys and their values')(issue) : undefined,
    })
    .describe(description);
}
