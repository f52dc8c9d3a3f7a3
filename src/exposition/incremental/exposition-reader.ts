// Reads the bodies of one target for all of its views: each body is scanned once, in whatever formats they come.
// Where malformed families may be left out, a body that is refused is parsed by the strict parser, which knows how to
// leave them out, and what remains is scanned.

import type { ExpositionFormat, ExpositionProblem, QuarantineReport } from '../model.js';
import { parseInSlices } from '../parse.js';
import type { OnMalformed } from '../quarantine.js';
import { serialiseInSlices } from '../serialise.js';
import { BodyMemo } from '../../internal/body-memo.js';
import { ok, type Result } from '../../internal/result.js';
import { atOnce, inTurns, Queue } from '../../internal/turns.js';
import type { Scan } from './scan.js';
import { ExpositionScanner } from './scanner.js';

/** What a body is read as. */
export interface ReadOptions {
  readonly format: ExpositionFormat;
  /** Whether names may stand in quotes. */
  readonly quotedNames: boolean;
  readonly onMalformed: OnMalformed;
}

/** A body that was read. */
export interface ReadBody {
  readonly scan: Scan;
  /** What was left out; absent where nothing was. */
  readonly quarantined?: QuarantineReport;
}

type Outcome = Result<ReadBody, ExpositionProblem>;

/** Bodies of one format, read one after the other. */
interface Channel {
  readonly options: ReadOptions;
  readonly scanner: ExpositionScanner;
  /** For what is left of bodies with malformed families: these are written anew, with every name as it is. */
  readonly remainders: ExpositionScanner;
  readonly queue: Queue;
  /** Views that render one body share its scan. */
  readonly underWay: BodyMemo<Promise<Outcome>>;
  readonly read: BodyMemo<Outcome>;
}

/** The reader of one target. */
export class ExpositionReader {
  readonly #maxSeries: number;
  readonly #channels = new Map<string, Channel>();

  /** `maxSeries` is how many samples a body may have. */
  constructor({ maxSeries }: { readonly maxSeries: number }) {
    this.#maxSeries = maxSeries;
  }

  /** Reads `body`, which must not change any more; lets others run in between. */
  read(body: Uint8Array, options: ReadOptions): Promise<Outcome> {
    const channel = this.#channel(options);
    const known = channel.underWay.get(body);
    if (known !== undefined) return known;
    const reading = channel.queue.run(() => inTurns(this.#readInSlices(body, channel)));
    channel.underWay.set(body, reading);
    return reading;
  }

  /** The same without letting others run. Not to be mixed with `read`. */
  readAtOnce(body: Uint8Array, options: ReadOptions): Outcome {
    const channel = this.#channel(options);
    const known = channel.read.get(body);
    if (known !== undefined) return known;
    const outcome = atOnce(this.#readInSlices(body, channel));
    channel.read.set(body, outcome);
    return outcome;
  }

  *#readInSlices(body: Uint8Array, { options, scanner, remainders }: Channel): Generator<void, Outcome> {
    const scan = yield* scanner.scan(body);
    if (scan.ok) return ok({ scan: scan.value });
    if (options.onMalformed === 'fail') return scan;
    const parsed = yield* parseInSlices(body, options.format, { ...options, maxSeries: this.#maxSeries });
    if (!parsed.ok) return parsed;
    const { quarantined } = parsed.value;
    const rest = yield* remainders.scan(yield* serialiseInSlices(parsed.value, { escaping: 'allow-utf-8' }));
    if (!rest.ok) return rest;
    return ok({ scan: rest.value, ...(quarantined && { quarantined }) });
  }

  #channel(options: ReadOptions): Channel {
    const { format, quotedNames, onMalformed } = options;
    const key = `${format} ${quotedNames} ${onMalformed}`;
    const known = this.#channels.get(key);
    if (known !== undefined) return known;
    const maxSeries = this.#maxSeries;
    const channel: Channel = {
      options: { format, quotedNames, onMalformed },
      scanner: new ExpositionScanner({ format, quotedNames, maxSeries }),
      remainders: new ExpositionScanner({ format, quotedNames: true, maxSeries }),
      queue: new Queue(),
      underWay: new BodyMemo(),
      read: new BodyMemo(),
    };
    this.#channels.set(key, channel);
    return channel;
  }
}
