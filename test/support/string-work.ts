// Counts the work that a function does on strings, by the characters that the methods of strings and regular
// expressions had to look at or copy. So a test can tell linear from quadratic without a clock, and production code
// needs no counters. What it cannot see is backtracking within one regular expression.

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Methods that look at one place. */
const CONSTANT = ['charCodeAt', 'charAt', 'codePointAt', 'at'] as const;
/** Methods that look at the whole text. */
const WHOLE = [
  'includes',
  'lastIndexOf',
  'match',
  'matchAll',
  'normalize',
  'replace',
  'replaceAll',
  'search',
  'split',
  'toLowerCase',
  'toUpperCase',
  'trim',
] as const;
/** Methods that copy what they return. */
const COPYING = ['slice', 'substring', 'repeat'] as const;
/** Methods that compare their argument with one place. */
const COMPARING = ['startsWith', 'endsWith'] as const;

/** Begins to reckon what a call costs; called again with what came back. */
type Cost = (subject: unknown, args: readonly unknown[]) => (result: unknown) => number;

/** The characters that `run` looked at or copied. Synchronous: nothing else may run meanwhile. */
export function countStringWork(run: () => void): number {
  let work = 0;
  const restore: (() => void)[] = [];
  const count = (prototype: object, name: string, cost: Cost): void => {
    const original: unknown = Reflect.get(prototype, name);
    if (typeof original !== 'function') throw new Error(`no method ${name}`);
    const counted: Method = function counted(...args) {
      const costOf = cost(this, args);
      const result: unknown = Reflect.apply(original, this, args);
      work += 1 + costOf(result);
      return result;
    };
    const define = (value: unknown): unknown =>
      Object.defineProperty(prototype, name, { value, configurable: true, writable: true });
    define(counted);
    restore.push(() => define(original));
  };
  const string = String.prototype;
  for (const name of CONSTANT) count(string, name, () => () => 0);
  for (const name of WHOLE) count(string, name, (text) => () => lengthOf(text));
  for (const name of COPYING) count(string, name, () => lengthOf);
  for (const name of COMPARING) {
    count(
      string,
      name,
      (_, [searched]) =>
        () =>
          lengthOf(searched),
    );
  }
  count(
    string,
    'indexOf',
    (text, [, from]) =>
      (found) =>
        distance(Number(from ?? 0), found, lengthOf(text)),
  );
  // Each match of a whole-text method is one of these, so that they count from where the last one ended.
  count(RegExp.prototype, 'exec', (pattern, [text]) => {
    const from = lastIndexOf(pattern);
    return (match) => distance(from, match === null ? -1 : lastIndexOf(pattern), lengthOf(text));
  });
  try {
    run();
  } finally {
    for (const undo of restore) undo();
  }
  return work;
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' ? value.length : 0;
}

function lastIndexOf(pattern: unknown): number {
  return pattern instanceof RegExp ? pattern.lastIndex : 0;
}

/** How far a search went: to where it found something, or to the end. */
function distance(from: number, to: unknown, end: number): number {
  return Math.max(0, (typeof to === 'number' && to > 0 ? to : end) - from);
}
