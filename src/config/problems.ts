// Collects everything wrong with a configuration, so that all of it is told at once.
// Never takes the value of a setting into a message: what was typed where a file name belongs may be the secret.

import { ScrapegateError, type Problem } from '../errors.js';

/** A list of problems that grows while a configuration is read. */
export class ProblemList {
  readonly #problems: Problem[] = [];

  add(path: string, message: string): void {
    const known = this.#problems.some((problem) => problem.path === path && problem.message === message);
    if (!known) this.#problems.push({ path, message });
  }

  /** Adds what another room found wrong, with its paths turned into those of the operator. */
  addAll(problems: readonly Problem[], toPath: (path: string) => string): void {
    for (const problem of problems) this.add(toPath(problem.path), problem.message);
  }

  /** Whether anything is wrong at `path` or below it. */
  hasUnder(path: string): boolean {
    return this.#problems.some(
      (problem) =>
        problem.path === path || problem.path.startsWith(`${path}.`) || problem.path.startsWith(`${path}[`),
    );
  }

  get all(): readonly Problem[] {
    return [...this.#problems];
  }

  /** @throws {ScrapegateError} ERR_SCRAPEGATE_CONFIG_INVALID where there is any problem. */
  throwIfAny(): void {
    const count = this.#problems.length;
    if (count === 0) return;
    throw new ScrapegateError(
      'ERR_SCRAPEGATE_CONFIG_INVALID',
      `the configuration has ${count === 1 ? 'a problem' : `${String(count)} problems`}`,
      { problems: this.all },
    );
  }
}

/** A path as messages show it: `views.acme.only.team[0]`; odd keys are quoted and escaped. */
export function formatPath(segments: readonly PropertyKey[]): string {
  let path = '';
  for (const segment of segments) {
    if (typeof segment === 'number') path += `[${String(segment)}]`;
    else path += (path === '' ? '' : '.') + formatKey(String(segment));
  }
  return path;
}

function formatKey(key: string): string {
  if (/^[A-Za-z_][\w-]*$/.test(key) && key.length <= 100) return key;
  // JSON escapes control characters, and \u escapes what could still move a terminal's cursor.
  return JSON.stringify(key.slice(0, 100)).replaceAll(
    /[^\x20-\x7e]/g,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
