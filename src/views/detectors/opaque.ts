// Telling what a machine drew at random from what a person wrote: `3ZXVqj7kYp9m` from `meta-llama-3-8b-instruct`.
// Called with a bounded piece of a value, so that plain regular expressions will do.

const RUN = /[0-9A-Za-z]{12,}/g;
const DIGITS_MINIMUM = 2;
/** Random letters change their case every second character, names in camel case every fifth or so. */
const CHARACTERS_PER_CHANGE = 3;

/** Whether `text` has a digit. */
export function hasDigit(text: string): boolean {
  return /[0-9]/.test(text);
}

/** Whether `text` has both a letter and a digit. */
export function isMixed(text: string): boolean {
  return hasDigit(text) && /[A-Za-z]/.test(text);
}

/**
 * Whether `text` has a run of at least twelve letters and digits that no word is: with two digits and a letter, or
 * with a case that changes every third character.
 */
export function hasOpaqueRun(text: string): boolean {
  return text.match(RUN)?.some(isOpaque) ?? false;
}

function isOpaque(run: string): boolean {
  const digits = run.match(/[0-9]/g)?.length ?? 0;
  if (digits >= DIGITS_MINIMUM) return digits < run.length;
  const changes = run.match(/[a-z](?=[A-Z0-9])|[A-Z](?=[a-z0-9])|[0-9](?=[A-Za-z])/g)?.length ?? 0;
  return changes * CHARACTERS_PER_CHANGE >= run.length;
}
