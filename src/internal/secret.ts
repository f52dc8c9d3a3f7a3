// A string that cannot be printed by accident: logs, JSON, errors and the inspector show "[secret]".

import { inspect } from 'node:util';

const HIDDEN = '[secret]';

/** A secret text; only `reveal()` gives it away, and that word is easy to search for. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself. Never put it into a message, a label or a log. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  static {
    Object.defineProperty(this.prototype, inspect.custom, { value: (): string => HIDDEN });
  }
}
