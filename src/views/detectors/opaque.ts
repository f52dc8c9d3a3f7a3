// Telling what a machine drew at random from what a person wrote: `3ZXVqj7kYp9m` from `meta-llama-3-8b-instruct`.
// Called with a bounded piece of a value, so that plain regular expressions will do.

const RUN = /[0-9A-Za-z]{12,}/g;
const CASED_MINIMUM = 12;
const DIGITS_MINIMUM = 2;
/** No word is as long. */
const LONG = 30;
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

/** Whether `text` changes between small letters, capitals and digits too often for words. */
export function changesCase(text: string): boolean {
  const changes = text.match(/[a-z](?=[A-Z0-9])|[A-Z](?=[a-z0-9])|[0-9](?=[A-Za-z])/g)?.length ?? 0;
  return text.length >= CASED_MINIMUM && changes * CHARACTERS_PER_CHANGE >= text.length;
}

/**
 * Whether `text` has a run of at least twelve letters and digits that no word is: with two digits and a letter, with
 * a case that changes every third character, or of thirty letters.
 */
export function hasOpaqueRun(text: string): boolean {
  return text.match(RUN)?.some(isOpaque) ?? false;
}

function isOpaque(run: string): boolean {
  const digits = run.match(/[0-9]/g)?.length ?? 0;
  if (digits >= DIGITS_MINIMUM) return digits < run.length;
  return run.length >= LONG || changesCase(run);
}
