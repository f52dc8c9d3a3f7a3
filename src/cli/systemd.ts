// What systemd and the gate tell each other: sockets that it opened (sd_listen_fds), and how the gate is doing
// (sd_notify). Node.js has no Unix datagram sockets, so that messages go through the program systemd-notify; the unit
// therefore needs NotifyAccess=all. Only what is meant for this very process counts.

import type { Warning } from '../errors.js';
import type { InheritedSocket } from '../gateway/bind.js';
import { machineMonotonicMicros, type Clock, type Timer } from '../internal/clock.js';
import type { CliContext } from './context.js';

/** Tells systemd how the gate is doing; without `Type=notify` it tells nothing. Never rejects. */
export interface ServiceManager {
  /** Requests are answered, under the configuration that is in force. */
  ready(): void;
  /** A new configuration is being loaded; `ready` follows. */
  reloading(): void;
  /** The gate stops. Resolves when systemd was told. */
  stopping(): Promise<void>;
}

type SystemdContext = Pick<CliContext, 'env' | 'pid' | 'clock' | 'execute'>;

/** The first file descriptor that systemd passes. */
const FIRST_FD = 3;
const MAX_SOCKETS = 64;
const MILLISECOND_MICROS = 1_000;

/** The sockets that systemd passed to this process. */
export function inheritedSockets({ env, pid }: Pick<CliContext, 'env' | 'pid'>): readonly InheritedSocket[] {
  const count = wholeNumber(env['LISTEN_FDS']);
  // A shell in between keeps the variables, but not what they are about.
  if (wholeNumber(env['LISTEN_PID']) !== pid || count === undefined || count > MAX_SOCKETS) return [];
  const names = env['LISTEN_FDNAMES']?.split(':') ?? [];
  return Array.from({ length: count }, (_, index) => ({
    name: names[index] ?? 'unknown',
    fd: FIRST_FD + index,
  }));
}

/** Connects to the service manager, where there is one. `onWarning` hears once that it cannot be told anything. */
export function createServiceManager(
  context: SystemdContext,
  onWarning: (warning: Warning) => void,
): ServiceManager {
  const { env, clock } = context;
  const socket = env['NOTIFY_SOCKET'];
  if (socket === undefined || socket === '') {
    return { ready: () => undefined, reloading: () => undefined, stopping: () => Promise.resolve() };
  }
  let hasWarned = false;
  // One after the other: a READY that overtakes the RELOADING before it would leave the unit reloading for ever.
  let last: Promise<void> = Promise.resolve();
  const tell = (...states: readonly string[]): Promise<void> => {
    last = last.then(async () => {
      const child = { NOTIFY_SOCKET: socket, ...(env['PATH'] !== undefined && { PATH: env['PATH'] }) };
      const failure = await context.execute('systemd-notify', states, child);
      if (failure === undefined || hasWarned) return;
      hasWarned = true;
      onWarning(notifyFailed(failure));
    });
    return last;
  };
  const watchdog = startWatchdog(context, clock, () => tell('WATCHDOG=1'));
  return {
    ready: () => void tell('READY=1', 'STATUS=answering requests'),
    reloading() {
      const now = machineMonotonicMicros();
      void tell('RELOADING=1', `MONOTONIC_USEC=${String(now)}`, 'STATUS=loading the configuration again');
    },
    async stopping() {
      watchdog?.cancel();
      await tell('STOPPING=1', 'STATUS=stopping');
    },
  };
}

/** Shows every half of the time that systemd allows that the event loop turns. */
function startWatchdog(
  { env, pid }: SystemdContext,
  clock: Clock,
  ping: () => Promise<void>,
): Timer | undefined {
  const micros = wholeNumber(env['WATCHDOG_USEC']);
  const owner = env['WATCHDOG_PID'];
  if (micros === undefined || micros === 0 || (owner !== undefined && wholeNumber(owner) !== pid)) {
    return undefined;
  }
  const intervalMs = micros / MILLISECOND_MICROS / 2;
  let timer: Timer;
  const wait = (): void => {
    timer = clock.after(intervalMs, () => {
      void ping();
      wait();
    });
  };
  wait();
  return { cancel: () => timer.cancel() };
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^(?:0|[1-9]\d{0,14})$/.test(text) ? Number(text) : undefined;
}

function notifyFailed(code: string): Warning {
  return {
    code: 'WARN_SCRAPEGATE_NOTIFY_FAILED',
    message: `systemd waits to be told that the gate is ready, and systemd-notify failed (${code}); install it, or use Type=exec`,
  };
}
