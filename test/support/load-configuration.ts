// Loads configurations from texts: no disk, no environment but the one that a test gives.

import {
  loadConfiguration,
  type ConfigurationInput,
  type LoadedConfiguration,
} from '../../src/config/load.js';
import { ScrapegateError, type Problem } from '../../src/errors.js';

/** A token of 256 bits. */
export const STRONG = 'q7Gm2VtX9cKpL4sZ8wYb3nRd6fHj1uTe5aQx0oEiCvM';

/** What a test says about a configuration. */
export type GivenConfiguration = {
  /** Text of the file, which is at `/gate/gate.yml`. */
  readonly file?: string;
  readonly env?: Record<string, string>;
  /** Other files by path; their text is latin1. */
  readonly files?: Record<string, string>;
} & Partial<ConfigurationInput>;

/** Loads it, as on a Node.js without known faults. */
export function loadText({
  file,
  env = {},
  files = {},
  ...more
}: GivenConfiguration): Promise<LoadedConfiguration> {
  const known: Record<string, string> = { ...files, ...(file !== undefined && { '/gate/gate.yml': file }) };
  return loadConfiguration({
    ...(file !== undefined && { configPath: '/gate/gate.yml' }),
    env,
    nodeVersion: '24.17.0',
    readFile: (path) => {
      const content = known[path];
      if (content === undefined) throw Object.assign(new Error('missing'), { code: 'ENOENT' });
      return Buffer.from(content, 'latin1');
    },
    ...more,
  });
}

/** The error of a configuration that cannot be loaded. */
export async function loadFailure(given: GivenConfiguration): Promise<ScrapegateError> {
  const error: unknown = await loadText(given).catch((thrown: unknown) => thrown);
  if (!(error instanceof ScrapegateError)) throw new Error('expected a ScrapegateError');
  return error;
}

/** Its problems as `path: message`, without the place in the file. */
export async function loadProblems(given: GivenConfiguration): Promise<readonly string[]> {
  return (await loadFailure(given)).problems.map(({ path, message }: Problem) => `${path}: ${message}`);
}
