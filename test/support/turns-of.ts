// Counts how often work that is done in slices lets others have their turn.

/** The turns that some work takes, from one on. */
export function turnsOf(work: Generator<void, unknown>): number {
  let turns = 1;
  while (work.next().done !== true) turns += 1;
  return turns;
}
