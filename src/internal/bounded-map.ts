// A map that never holds more than `capacity` entries: the one touched longest ago goes first.
// Everything that strangers can make grow (clients, credentials, label names) lives in one of these.
// Its order is a list of its own: a Map that is reordered by deleting and setting again keeps a gap for each entry that
// moved, and finding its first entry passes them all.

interface Entry<K, V> {
  readonly key: K;
  value: V;
  older: Entry<K, V> | undefined;
  newer: Entry<K, V> | undefined;
}

/** A map of bounded size, evicting the least recently used entry. Every operation takes constant time. */
export class BoundedMap<K, V> {
  readonly #entries = new Map<K, Entry<K, V>>();
  readonly #capacity: number;
  #oldest: Entry<K, V> | undefined;
  #newest: Entry<K, V> | undefined;

  /** `capacity`: entries held at most; a whole number of at least 1. */
  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) throw new RangeError('capacity must be at least 1');
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The value of `key`, which counts as a use of it. */
  get(key: K): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#touch(entry);
    return entry.value;
  }

  /** Sets `key`; beyond the capacity the least recently used entry is evicted and returned. */
  set(key: K, value: V): readonly [K, V] | undefined {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      known.value = value;
      this.#touch(known);
      return undefined;
    }
    const entry: Entry<K, V> = { key, value, older: undefined, newer: undefined };
    this.#entries.set(key, entry);
    this.#append(entry);
    const oldest = this.#oldest;
    if (oldest === undefined || this.#entries.size <= this.#capacity) return undefined;
    this.delete(oldest.key);
    return [oldest.key, oldest.value];
  }

  delete(key: K): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#unlink(entry);
    return this.#entries.delete(key);
  }

  /** Entries from the least to the most recently used. The one that was given last may be deleted meanwhile. */
  *entries(): IterableIterator<[K, V]> {
    let entry = this.#oldest;
    while (entry !== undefined) {
      const { newer } = entry;
      yield [entry.key, entry.value];
      entry = newer;
    }
  }

  clear(): void {
    this.#entries.clear();
    this.#oldest = undefined;
    this.#newest = undefined;
  }

  #touch(entry: Entry<K, V>): void {
    if (entry === this.#newest) return;
    this.#unlink(entry);
    this.#append(entry);
  }

  #append(entry: Entry<K, V>): void {
    entry.older = this.#newest;
    entry.newer = undefined;
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
  }

  #unlink({ older, newer }: Entry<K, V>): void {
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
  }
}
