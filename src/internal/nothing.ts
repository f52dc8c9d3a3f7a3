// What is done where somebody has to be told and there is nothing to do.

/** Does nothing. */
export function nothing(): void {
  // By intention.
}
