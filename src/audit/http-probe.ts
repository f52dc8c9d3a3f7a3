// One request of an audit and what comes back, over a connection of its own: any method, no redirect followed, bounded
// in bytes and time. Every outcome is a value. Contacts the host of the URL that it is given and no other.

import { Client, type Dispatcher } from 'undici';
import type { Clock } from '../internal/clock.js';
import { fail, ok, type Result } from '../internal/result.js';
import { VERSION } from '../internal/version.js';
import { createAddressLookup } from '../targets/address-lookup.js';
import { createBodyReader, type BodyReader } from '../targets/body.js';
import { failureBeforeBody } from '../targets/failure.js';
import type { TargetFailure } from '../targets/target.js';

/** What is asked. */
export interface Probe {
  /** Scheme, host and port. */
  readonly origin: string;
  /** As it goes into the request line: never normalised. */
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Inflated. A longer body is a failure, or is cut where `cut` says so. */
  readonly maxBytes: number;
  /** Whether the beginning of a body is enough; it is then asked for without a coding. */
  readonly cut: boolean;
}

/** What came back. */
export interface ProbeAnswer {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Inflated. */
  readonly body: Uint8Array;
  /** Bytes of the body on the wire. */
  readonly receivedBytes: number;
  readonly durationMs: number;
}

/** Sends one probe. Never rejects. */
export type SendProbe = (probe: Probe) => Promise<Result<ProbeAnswer, TargetFailure>>;

type Outcome = Result<ProbeAnswer, TargetFailure>;

/** Probes over the network. `ca`: PEM of authorities beside those that Node knows. */
export function createHttpProbe(options: {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly ca?: string | undefined;
}): SendProbe {
  const { clock, timeoutMs, ca } = options;
  return (probe) =>
    new Promise((resolve) => {
      const startedMs = clock.monotonicMs();
      const lifetime = new AbortController();
      const client = new Client(probe.origin, {
        // The deadline below covers all of it; the client's timers would run on a clock that nobody injected.
        headersTimeout: 0,
        bodyTimeout: 0,
        connect: {
          timeout: 0,
          signal: lifetime.signal,
          lookup: createAddressLookup(),
          ...(ca !== undefined && { ca }),
        },
      });
      let settled = false;
      const settle = (outcome: Outcome): void => {
        if (settled) return;
        settled = true;
        timer.cancel();
        lifetime.abort();
        void client.destroy();
        resolve(outcome.ok ? ok({ ...outcome.value, durationMs: clock.monotonicMs() - startedMs }) : outcome);
      };
      const timer = clock.after(timeoutMs, () => settle(fail({ reason: 'timeout' })));
      client.dispatch(
        {
          method: probe.method,
          path: probe.path,
          headers: {
            'user-agent': `scrapegate/${VERSION}`,
            'accept-encoding': probe.cut ? 'identity' : 'gzip',
            ...probe.headers,
          },
        },
        new ProbeHandler(probe, settle),
      );
    });
}

/** Takes a whole body through the reader of targets, or the beginning of one as it comes. */
class ProbeHandler implements Dispatcher.DispatchHandler {
  readonly #probe: Probe;
  readonly #settle: (outcome: Outcome) => void;
  readonly #beginning: Buffer[] = [];
  #length = 0;
  #head: Pick<ProbeAnswer, 'status' | 'headers'> | undefined;
  #reader: BodyReader | undefined;

  constructor(probe: Probe, settle: (outcome: Outcome) => void) {
    this.#probe = probe;
    this.#settle = settle;
  }

  onRequestStart(): void {
    return undefined;
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: ProbeAnswer['headers'],
  ): void {
    if (status < 200) return;
    this.#head = { status, headers };
    if (this.#probe.cut) return;
    const coding = headers['content-encoding'];
    const gzip = typeof coding === 'string' && coding.trim().toLowerCase() === 'gzip';
    if (coding !== undefined && coding !== 'identity' && !gzip) {
      this.#settle(fail({ reason: 'content_encoding_unknown' }));
      return;
    }
    this.#reader = createBodyReader({
      gzip,
      maxBytes: this.#probe.maxBytes,
      expectedBytes: undefined,
      onSettled: (received) => {
        if (received.ok) this.#answer(received.value.body, received.value.receivedBytes);
        else this.#settle(received);
      },
      onReady: () => controller.resume(),
    });
  }

  onResponseData(controller: Dispatcher.DispatchController, bytes: Buffer): void {
    if (this.#reader !== undefined) {
      if (!this.#reader.take(bytes)) controller.pause();
      return;
    }
    if (this.#head === undefined) return;
    const room = this.#probe.maxBytes - this.#length;
    this.#beginning.push(Buffer.from(bytes.subarray(0, room)));
    this.#length += Math.min(room, bytes.length);
    if (this.#length >= this.#probe.maxBytes) this.#answer(Buffer.concat(this.#beginning), this.#length);
  }

  onResponseEnd(): void {
    if (this.#reader === undefined) this.#answer(Buffer.concat(this.#beginning), this.#length);
    else this.#reader.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#reader === undefined) this.#settle(fail(failureBeforeBody(error)));
    else this.#reader.abort(error);
  }

  #answer(body: Uint8Array, receivedBytes: number): void {
    if (this.#head === undefined) this.#settle(fail({ reason: 'response_malformed' }));
    else this.#settle(ok({ ...this.#head, body, receivedBytes, durationMs: 0 }));
  }
}
