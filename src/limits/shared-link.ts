// The link to a store that replicas share. It is asked only while it answers in time: the first failure or late answer
// breaks the link at once, and until a trial in the background succeeds nobody waits for the store again.
// Never throws, and never waits longer than COMMAND_DEADLINE_MS for anybody.

import type { Clock, Timer } from '../internal/clock.js';
import { fail, ok, type Result } from '../internal/result.js';
import type { Sharing } from './limiter.js';
import { SharingError, type OpenSharedStore, type SharedStore } from './shared-store.js';

/** How long a question may take. A Redis beside the gate answers in less than one. */
export const COMMAND_DEADLINE_MS = 50;
/** How long a new connection may take, with TLS and login. */
const OPEN_DEADLINE_MS = 2_000;
const MIN_RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;
/** A link that held this long is tried again as quickly as at first. */
const STEADY_MS = 60_000;

/** A link to a store. */
export interface SharedLink {
  /** Opens the store in the background, and again whenever it was lost. */
  start(): void;
  /** The answer of the store; undefined where there is none in time. Never rejects. */
  ask<T>(question: (store: SharedStore) => Promise<T>): Promise<T | undefined>;
  close(): void;
}

/** What a link is given from outside. */
export interface SharedLinkDeps {
  readonly open: OpenSharedStore;
  readonly clock: Clock;
  /** Hears whenever replicas begin or cease to count together, and when the reason changes. Must not throw. */
  readonly onChange: (sharing: Sharing) => void;
}

/** Creates a link that is not started. */
export function createSharedLink(deps: SharedLinkDeps): SharedLink {
  return new Link(deps);
}

class Link implements SharedLink {
  readonly #deps: SharedLinkDeps;
  #store: SharedStore | undefined;
  #sinceMs = 0;
  #retryMs = MIN_RETRY_MS;
  #timer: Timer | undefined;
  #opening = new AbortController();
  #state: 'new' | 'started' | 'closed' = 'new';
  #told: string | undefined;

  constructor(deps: SharedLinkDeps) {
    this.#deps = deps;
  }

  start(): void {
    if (this.#state !== 'new') return;
    this.#state = 'started';
    void this.#try();
  }

  async ask<T>(question: (store: SharedStore) => Promise<T>): Promise<T | undefined> {
    const store = this.#store;
    if (store === undefined) return undefined;
    const answer = await within(this.#deps.clock, COMMAND_DEADLINE_MS, question(store));
    if (answer.ok) return answer.value;
    this.#lose(store, answer.error);
    return undefined;
  }

  close(): void {
    this.#state = 'closed';
    this.#timer?.cancel();
    this.#opening.abort();
    this.#store?.close();
    this.#store = undefined;
  }

  async #try(): Promise<void> {
    const { clock, open } = this.#deps;
    let lost = false;
    let joined: SharedStore | undefined;
    const opening = new AbortController();
    this.#opening = opening;
    const onLost = (): void => {
      lost = true;
      if (joined !== undefined) this.#lose(joined, new SharingError('unreachable'));
    };
    const opened = await within(clock, OPEN_DEADLINE_MS, open({ onLost, signal: opening.signal }));
    if (!opened.ok) {
      opening.abort();
      this.#retryLater(opened.error);
      return;
    }
    const store = opened.value;
    const probed = await within(clock, COMMAND_DEADLINE_MS, store.probe());
    if (!probed.ok || lost || this.#state === 'closed') {
      store.close();
      this.#retryLater(probed.ok ? new SharingError('unreachable') : probed.error);
      return;
    }
    joined = store;
    this.#store = store;
    this.#sinceMs = clock.monotonicMs();
    this.#tell({ shared: true });
  }

  #lose(store: SharedStore, fault: SharingError): void {
    if (this.#store !== store) return;
    this.#store = undefined;
    store.close();
    if (this.#deps.clock.monotonicMs() - this.#sinceMs >= STEADY_MS) this.#retryMs = MIN_RETRY_MS;
    this.#retryLater(fault);
  }

  #retryLater({ reason, detail }: SharingError): void {
    if (this.#state === 'closed') return;
    this.#timer = this.#deps.clock.after(this.#retryMs, () => void this.#try());
    this.#retryMs = Math.min(this.#retryMs * 2, MAX_RETRY_MS);
    this.#tell({ shared: false, reason, ...(detail !== undefined && { detail }) });
  }

  #tell(sharing: Sharing): void {
    const told = JSON.stringify(sharing);
    if (told === this.#told) return;
    this.#told = told;
    this.#deps.onChange(sharing);
  }
}

/** What `work` gives, or why it gave nothing in time. */
async function within<T>(
  clock: Clock,
  deadlineMs: number,
  work: Promise<T>,
): Promise<Result<T, SharingError>> {
  let timer: Timer | undefined;
  const late = new Promise<Result<T, SharingError>>((resolve) => {
    const giveUp = (): void => resolve(fail(new SharingError('late')));
    // An answer that came while this process was busy is there already, and is read first.
    timer = clock.after(deadlineMs, () => void setImmediate(() => setImmediate(giveUp)));
  });
  const done = work.then(
    (value): Result<T, SharingError> => ok(value),
    (error: unknown): Result<T, SharingError> =>
      fail(error instanceof SharingError ? error : new SharingError('unreachable')),
  );
  const result = await Promise.race([done, late]);
  timer?.cancel();
  return result;
}
