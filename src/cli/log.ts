// Events of the gateway as JSON lines: one object a line, escaped by the JSON writer and nothing else.
// Events carry no secrets and no label values, so there is nothing to redact.

import { pino, stdTimeFunctions, type Logger } from 'pino';
import type { ScrapegateError } from '../errors.js';
import type { EventListener, GatewayEvent, RequestEvent, TargetUnreachableEvent } from '../gateway/events.js';
import type { Output } from './context.js';

/** Statuses that say that the target or the gate failed, not whoever asked (RFC 9110, section 15.6). */
const FIRST_SERVER_ERROR = 500;

/** A listener that writes every event to `output`. */
export function createEventLog(output: Output): EventListener {
  const lines = new PendingLines(output);
  const logger = createLogger((line) => lines.add(line));
  const tell = (event: Exclude<GatewayEvent, RequestEvent>): void => {
    switch (event.kind) {
      case 'warning':
        logger.warn({ event: event.kind, code: event.warning.code }, event.warning.message);
        return;
      case 'target_unreachable': {
        const { kind, ...rest } = event;
        logger.error({ event: kind, ...rest }, noMetricsMessage(event.reason));
        return;
      }
      case 'target_answered':
        logger.info({ event: event.kind, target: event.target }, 'the target answered');
        return;
      case 'issuer_failed': {
        const { kind, ...rest } = event;
        logger.error({ event: kind, ...rest }, issuerMessage(event.reason));
        return;
      }
      case 'issuer_recovered': {
        const { kind, ...rest } = event;
        logger.info({ event: kind, ...rest }, 'the identity provider answers again');
        return;
      }
      case 'listening':
        logger.info({ event: event.kind, url: event.url, purpose: event.purpose }, 'listening');
        return;
      case 'connection_closed': {
        const { kind, ...rest } = event;
        logger.info({ event: kind, ...rest }, 'connections were closed before their time');
        return;
      }
      case 'reloaded':
        logger.info({ event: event.kind }, 'the new configuration is in force');
        return;
      case 'reload_failed':
        logger.error({ event: event.kind, ...fields(event.error) }, 'the old configuration stays in force');
        return;
      case 'state_failed':
        logger.error({ event: event.kind, ...fields(event.error) }, 'the state file could not be written');
        return;
      case 'limits_shared':
        logger.info({ event: event.kind }, 'limits are shared with other replicas');
        return;
      case 'limits_alone': {
        const { kind, ...rest } = event;
        logger.error({ event: kind, ...rest }, 'Redis gives no sound answer; this process counts for itself');
        return;
      }
      case 'stopping':
        logger.info({ event: event.kind, deadlineMs: event.deadlineMs }, 'stopping');
        return;
      case 'stopped':
        logger.info({ event: event.kind, aborted: event.aborted }, 'stopped');
        return;
    }
  };
  return (event: GatewayEvent) => {
    if (event.kind === 'request') {
      const { kind, durationMs, ...rest } = event;
      const told = { event: kind, ...rest, durationMs: Math.round(durationMs * 1000) / 1000 };
      if (event.status >= FIRST_SERVER_ERROR) logger.warn(told, 'request; it could not be answered');
      else if (event.quarantined === undefined) logger.info(told, 'request');
      else logger.warn(told, 'request; malformed families of the target were left out');
      return;
    }
    tell(event);
    lines.flush();
  };
}

/** The line that stands for those that a slow reader of the log does not get. */
export function lostLines(lines: number): string {
  let text = '';
  const event = 'log_lines_lost';
  createLogger((line) => (text = line)).warn(
    { event, lines },
    'whoever reads the log is too slow; lines are lost',
  );
  return text;
}

function createLogger(write: (line: string) => void): Logger {
  return pino(
    {
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  );
}

/**
 * Lines of requests that ended in one turn are written together: under a flood, the system call would cost more than the
 * line. Nothing waits for longer than that turn.
 */
class PendingLines {
  readonly #output: Output;
  #lines: string[] = [];

  constructor(output: Output) {
    this.#output = output;
  }

  add(line: string): void {
    if (this.#lines.push(line) === 1) setImmediate(() => this.flush());
  }

  flush(): void {
    const lines = this.#lines;
    this.#lines = [];
    if (lines.length > 0) this.#output.write(lines.join(''));
  }
}

function noMetricsMessage(reason: TargetUnreachableEvent['reason']): string {
  return reason === 'redirected'
    ? 'the target redirects, which the gate does not follow; LiteLLM wants the slash at the end of /metrics/'
    : 'the target gave no metrics, and is asked until it does; docs/operations.md says what to do, under “After a 502”';
}

function issuerMessage(reason: string): string {
  return reason === 'issuer_mismatch'
    ? 'the discovery document names another issuer; tokens of this one are refused until both are the same, byte for byte'
    : 'the identity provider gave no usable answer; what is known of it is used as long as it may be';
}

function fields({ code, message, problems }: ScrapegateError): object {
  return { code, error: message, problems };
}
