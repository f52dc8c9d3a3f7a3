// A target in this process: a prom-client registry, or any function that gives an exposition as text.
// Opens no connection, and trusts the source no more than a server: what it throws, and that it never answers, are
// failures as any other. Its text is checked by the parser like that of every target.

import { formatByEnd } from '../exposition/format-by-end.js';
import { allowsQuotedNames, formatOfContentType } from '../exposition/negotiate.js';
import type { Clock } from '../internal/clock.js';
import { fail, ok, type Result } from '../internal/result.js';
import { failureOfSource } from './failure.js';
import type { FetchedExposition, Target, TargetFailure } from './target.js';

/** Something that gives an exposition: that of prom-client, whichever copy of it the server uses. */
export interface MetricsSource {
  /** One whole exposition. */
  metrics(): Promise<string> | string;
  /** The media type of what it gives. @default OpenMetrics where the text ends with `# EOF`, text 0.0.4 elsewhere */
  readonly contentType?: string | undefined;
}

/** A target in this process, with its bounds filled in. */
export interface RegistryTargetOptions {
  readonly name: string;
  readonly source: MetricsSource;
  /** For one exposition. */
  readonly timeoutMs: number;
  /** Of one exposition, as UTF-8. */
  readonly maxBytes: number;
}

/**
 * Expositions that were asked for, came too late, and may still come. Past it none is asked for: a source that hangs must
 * not be asked for more and more of them.
 */
const MAX_LATE = 4;

/** Creates the target. */
export function createRegistryTarget(
  options: RegistryTargetOptions,
  { clock }: { readonly clock: Clock },
): Target {
  const { name, source, timeoutMs, maxBytes } = options;
  const underWay = new Set<(failure: TargetFailure) => void>();
  let late = 0;
  let isClosed = false;

  const read = async (startedMs: number): Promise<Result<FetchedExposition, TargetFailure>> => {
    // Before the text: a registry may be given another type while it is read.
    const { contentType } = source;
    const text: unknown = await source.metrics();
    if (typeof text !== 'string') return fail({ reason: 'source_failed', detail: 'NO_TEXT' });
    const form = formOf(text, contentType);
    if (form === undefined) return fail({ reason: 'content_type_unknown' });
    // A text has at least as many bytes as characters: one that is far too large is not copied to see it.
    if (text.length > maxBytes) return fail({ reason: 'body_too_large' });
    const body = new TextEncoder().encode(text);
    if (body.length > maxBytes) return fail({ reason: 'body_too_large' });
    const durationMs = clock.monotonicMs() - startedMs;
    return ok({ ...form, body, receivedBytes: body.length, durationMs });
  };

  return {
    name,
    fetch() {
      if (isClosed) return Promise.resolve(fail({ reason: 'closed' }));
      if (late >= MAX_LATE) return Promise.resolve(fail({ reason: 'timeout', detail: 'STILL_RUNNING' }));
      return new Promise((resolve) => {
        let isLate = false;
        const giveUp = (failure: TargetFailure): void => {
          if (!underWay.delete(giveUp)) return;
          isLate = true;
          late += 1;
          timer.cancel();
          resolve(fail(failure));
        };
        const settle = (outcome: Result<FetchedExposition, TargetFailure>): void => {
          if (isLate) late -= 1;
          if (!underWay.delete(giveUp)) return;
          timer.cancel();
          resolve(outcome);
        };
        underWay.add(giveUp);
        const timer = clock.after(timeoutMs, () => giveUp({ reason: 'timeout' }));
        read(clock.monotonicMs()).then(settle, (error: unknown) => settle(fail(failureOfSource(error))));
      });
    },
    close() {
      isClosed = true;
      for (const giveUp of underWay) giveUp({ reason: 'closed' });
      return Promise.resolve();
    },
  };
}

function formOf(
  text: string,
  contentType: unknown,
): Pick<FetchedExposition, 'format' | 'quotedNames'> | undefined {
  if (contentType === undefined) {
    const format = formatByEnd(text);
    return { format, quotedNames: format === 'openmetrics' };
  }
  const format = typeof contentType === 'string' ? formatOfContentType(contentType) : undefined;
  if (typeof contentType !== 'string' || format === undefined) return undefined;
  return { format, quotedNames: allowsQuotedNames(contentType) };
}
