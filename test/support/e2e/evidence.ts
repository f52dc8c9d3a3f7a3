// Everything that left the gate during a test, and the search for planted text in it.

import { createHash } from 'node:crypto';

/** Planted text that was found, and where. */
export interface Find {
  readonly marker: string;
  readonly where: string;
  readonly excerpt: string;
}

/** Collects what the gate sent and printed. */
export class Evidence {
  readonly #pieces: { readonly where: string; readonly text: string }[] = [];

  add(where: string, text: string): void {
    this.#pieces.push({ where, text });
  }

  get bytes(): number {
    return this.#pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece.text), 0);
  }

  /** Where the markers, or forms of them that are as good as the markers, occur. */
  find(markers: readonly string[]): readonly Find[] {
    const finds: Find[] = [];
    for (const marker of markers) {
      for (const form of formsOf(marker)) {
        for (const { where, text } of this.#pieces) {
          const at = text.toLowerCase().indexOf(form);
          if (at === -1) continue;
          finds.push({ marker, where, excerpt: text.slice(Math.max(0, at - 80), at + form.length + 40) });
        }
      }
    }
    return finds;
  }
}

/** A marker as it is, URL-encoded, JSON-escaped, in base64, and under hashes without a key. */
function formsOf(marker: string): readonly string[] {
  const hash = (name: string): Buffer => createHash(name).update(marker).digest();
  const forms = [
    marker,
    encodeURIComponent(marker),
    JSON.stringify(marker).slice(1, -1),
    Buffer.from(marker).toString('base64').replace(/=+$/u, ''),
    // Twenty hexadecimal digits of a plain hash are enough to try out every known address.
    ...['md5', 'sha1', 'sha256'].map((name) => hash(name).toString('hex').slice(0, 20)),
  ];
  return [...new Set(forms.map((form) => form.toLowerCase()))];
}
