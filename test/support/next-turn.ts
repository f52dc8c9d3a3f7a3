// Lets everything that is ready to run do so: work of other turns is over when it resolves.

/** Resolves in the next turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
