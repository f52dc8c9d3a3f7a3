// Lets few requests of strangers begin in each turn of the event loop, so that a flood of them delays a scrape under way
// by little, however many there are and however much each costs. In the order in which they came; none is refused.

/**
 * A scrape takes some twenty turns. So many strangers in each cost it a few milliseconds, and an idle gate still refuses
 * as many a second as it otherwise could: its turns are short.
 */
const MAX_PER_TURN = 4;

/** Gives turns. */
export class StrangerTurns {
  #begun = 0;
  #isScheduled = false;
  #waiting: (() => void)[] = [];

  /** Resolves when one more may begin: at once while there are few. */
  async next(): Promise<void> {
    this.#schedule();
    if (this.#begun < MAX_PER_TURN && this.#waiting.length === 0) {
      this.#begun += 1;
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      const begin = this.#waiting.slice(0, MAX_PER_TURN);
      this.#waiting = this.#waiting.slice(begin.length);
      this.#begun = begin.length;
      if (begin.length > 0) this.#schedule();
      for (const each of begin) each();
    });
  }
}
