// Collects everything wrong with a configuration, so that all of it is told at once.
// Never takes the value of a setting into a message: what was typed where a file name belongs may be the secret.

import { ScrapegateError, type Problem } from '../errors.js';

/** Where something is in the file, from 1. */
export interface FilePosition {
  readonly line: number;
  readonly column?: number;
}

type Found = Problem & { readonly position: FilePosition | undefined };

/** A list of problems that grows while a configuration is read. */
export class ProblemList {
  readonly #file: string;
  readonly #found: Found[] = [];
  #included: readonly ProblemList[] = [];
  #lines: ReadonlyMap<string, number> = new Map();
  #replaced: ReadonlySet<string> = new Set();

  /** `configPath`: the file whose lines are told, as the operator named it. */
  constructor(configPath = '') {
    this.#file = /^[\x21-\x7e]*$/.test(configPath) ? configPath : escaped(configPath);
  }

  /** Adds a problem, once. `position` is needed where the path alone does not tell it. */
  add(path: string, message: string, position?: FilePosition): void {
    if (this.#isReplaced(path)) return;
    const isKnown = this.#found.some(
      (known) => known.path === path && known.message === message && known.position?.line === position?.line,
    );
    if (!isKnown) this.#found.push({ path, message, position });
  }

  /** Adds what another room found wrong, with its paths turned into those of the operator. */
  addAll(problems: readonly Problem[], toPath: (path: string) => string): void {
    for (const problem of problems) this.add(toPath(problem.path), problem.message);
  }

  /** From now on, the problems of another file are told behind those of this one. */
  include(other: ProblemList): void {
    this.#included = [...this.#included, other];
  }

  /** Takes over where each path of the file is. */
  locate(lines: ReadonlyMap<string, number>): void {
    this.#lines = lines;
  }

  /**
   * From now on, something else stands where the file has a problem: what is wrong there has been said.
   * Returns the paths of these problems.
   */
  replace(): ReadonlySet<string> {
    this.#replaced = new Set(this.#found.map(({ path }) => path));
    return this.#replaced;
  }

  /** Whether anything is wrong at `path` or below it. */
  hasUnder(path: string): boolean {
    return this.#found.some((problem) => isAtOrBelow(problem.path, path));
  }

  /** Every problem: those of the file in the order of its lines, then those of variables and of the command line. */
  get all(): readonly Problem[] {
    const located = this.#found.map(({ path, message, position }) => ({
      problem: { path, message },
      position: position ?? this.#positionOf(path),
    }));
    const own = located
      .toSorted((a, b) => (a.position?.line ?? Infinity) - (b.position?.line ?? Infinity) || 0)
      .map(({ problem, position }) =>
        position !== undefined || this.#isOfFile(problem.path)
          ? { ...problem, place: this.#place(position) }
          : problem,
      );
    return [...own, ...this.#included.flatMap((other) => other.all)];
  }

  /** @throws {ScrapegateError} ERR_SCRAPEGATE_CONFIG_INVALID where there is any problem. */
  throwIfAny(): void {
    const count = this.all.length;
    if (count === 0) return;
    throw new ScrapegateError(
      'ERR_SCRAPEGATE_CONFIG_INVALID',
      `the configuration has ${count === 1 ? 'a problem' : `${String(count)} problems`}`,
      { problems: this.all },
    );
  }

  #isReplaced(path: string): boolean {
    return this.#replaced.size > 0 && [...this.#replaced].some((broken) => isAtOrBelow(path, broken));
  }

  /** Of a path that is not in the file itself, such as a missing key, the nearest thing around it. */
  #positionOf(path: string): FilePosition | undefined {
    for (let at = path; at !== ''; at = at.slice(0, Math.max(at.lastIndexOf('.'), at.lastIndexOf('['), 0))) {
      const line = this.#lines.get(at);
      if (line !== undefined) return { line };
    }
    return undefined;
  }

  /** What the file as a whole lacks has no line. Variables are in capitals, and options begin with a dash. */
  #isOfFile(path: string): boolean {
    return this.#file !== '' && /^(?:[a-z]|$)/.test(path);
  }

  #place(position: FilePosition | undefined): string {
    return [this.#file, position?.line, position?.column].filter((part) => part !== undefined).join(':');
  }
}

function isAtOrBelow(path: string, above: string): boolean {
  return path === above || path.startsWith(`${above}.`) || path.startsWith(`${above}[`);
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
  return escaped(key.slice(0, 100));
}

/** In quotes: JSON escapes control characters, and \u escapes what could still move a terminal's cursor. */
function escaped(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[^\x20-\x7e]/g,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
