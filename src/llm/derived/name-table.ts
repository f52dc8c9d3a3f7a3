// Finds what belongs to a name from its bytes, without making a string of it. Pure.

/** Names with what belongs to each. */
export class NameTable<T> {
  /** By length, so that most names are told apart by that alone. */
  readonly #byLength: { readonly bytes: Uint8Array; readonly found: T }[][] = [];

  /** Of equal names the first one counts. */
  constructor(entries: Iterable<readonly [name: string, found: T]>) {
    for (const [name, found] of entries) {
      const bytes = Buffer.from(name, 'utf8');
      (this.#byLength[bytes.length] ??= []).push({ bytes, found });
    }
  }

  /** What belongs to the name that stands from `from` to `to`. */
  find(bytes: Uint8Array, from: number, to: number): T | undefined {
    const candidates = this.#byLength[to - from];
    if (candidates === undefined) return undefined;
    for (const { bytes: name, found } of candidates) {
      // Names of one family begin alike, and end differently.
      let at = name.length - 1;
      while (at >= 0 && name[at] === bytes[from + at]) at -= 1;
      if (at < 0) return found;
    }
    return undefined;
  }
}
