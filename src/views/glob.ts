// Globs on names: `*` is any run of characters, `?` is one. Nothing else is special.
// Matching is iterative with a single point of return, so that no pattern can make it exponential.

/** Compiles a glob into a predicate on whole names. */
export function compileGlob(pattern: string): (name: string) => boolean {
  if (!pattern.includes('*') && !pattern.includes('?')) return (name) => name === pattern;
  return (name) => matches(pattern, name);
}

/** Compiles several globs into one predicate: true when any of them fits. */
export function compileGlobs(patterns: readonly string[]): (name: string) => boolean {
  const predicates = patterns.map(compileGlob);
  return (name) => predicates.some((fits) => fits(name));
}

function matches(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  let starAt = -1;
  let starMatchedTo = 0;
  while (n < name.length) {
    if (p < pattern.length && pattern[p] === '*') {
      starAt = p;
      starMatchedTo = n;
      p += 1;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p += 1;
      n += 1;
    } else if (starAt >= 0) {
      p = starAt + 1;
      starMatchedTo += 1;
      n = starMatchedTo;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
