// Reads the bodies of one target for all of its views: each body is scanned once, in whatever formats they come.

import type { ExpositionProblem } from '../model.js';
import type { Result } from '../../internal/result.js';
import { atOnce, inTurns, Queue } from '../../internal/turns.js';
import type { BodyFormat } from './body-scan.js';
import type { Scan } from './scan.js';
import { ExpositionScanner } from './scanner.js';

type Scanned = Result<Scan, ExpositionProblem>;

/** The scans of one target. */
export class ExpositionReader {
  readonly #scanners = new Map<string, { readonly scanner: ExpositionScanner; readonly queue: Queue }>();
  /** Views that render one body share its scan. */
  readonly #underWay = new WeakMap<Uint8Array, Map<string, Promise<Scanned>>>();
  readonly #read = new WeakMap<Uint8Array, Map<string, Scanned>>();

  /** Scans `body`, which must not change any more; lets others run in between. */
  read(body: Uint8Array, format: BodyFormat): Promise<Scanned> {
    const key = keyOf(format);
    const scans = this.#underWay.get(body) ?? new Map<string, Promise<Scanned>>();
    this.#underWay.set(body, scans);
    const { scanner, queue } = this.#scanner(format);
    const scan = scans.get(key) ?? queue.run(() => inTurns(scanner.scan(body)));
    scans.set(key, scan);
    return scan;
  }

  /** The same without letting others run. Not to be mixed with `read`. */
  readAtOnce(body: Uint8Array, format: BodyFormat): Scanned {
    const key = keyOf(format);
    const scans = this.#read.get(body) ?? new Map<string, Scanned>();
    this.#read.set(body, scans);
    const scan = scans.get(key) ?? atOnce(this.#scanner(format).scanner.scan(body));
    scans.set(key, scan);
    return scan;
  }

  #scanner(format: BodyFormat): { readonly scanner: ExpositionScanner; readonly queue: Queue } {
    const key = keyOf(format);
    const known = this.#scanners.get(key) ?? { scanner: new ExpositionScanner(format), queue: new Queue() };
    this.#scanners.set(key, known);
    return known;
  }
}

function keyOf({ format, quotedNames }: BodyFormat): string {
  return `${format} ${quotedNames}`;
}
