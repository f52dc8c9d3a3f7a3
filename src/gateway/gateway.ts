// The gateway: listeners in front, one assembly behind them, and everything that happens over a process's life:
// start, reload, readiness, saving counters, a graceful stop. Requests themselves are adapters' business.

import type { Sent } from '../adapters/node.js';
import type { Outcome } from '../adapters/scrape.js';
import type { ScrapegateError, Warning } from '../errors.js';
import { createGuardMemory, type Sharing } from '../guard/memory.js';
import type { CanonicalRequest } from '../http/request.js';
import type { Clock } from '../internal/clock.js';
import { generatePseudonymKey } from '../views/pseudonym.js';
import { readStateFile, type SavedViews } from '../views/state-file.js';
import { createAssembly, type Assembly } from './assembly.js';
import type { InheritedSocket } from './bind.js';
import { createCounterStore, type CounterStore } from './counter-store.js';
import { createDispatch, type Dispatch } from './dispatch.js';
import type { EventListener } from './events.js';
import { Front } from './front.js';
import { History } from './history.js';
import type { Listener } from './listeners.js';
import { warnIfOpen } from './open-target.js';
import { isSameTarget, restartNeededFor } from './option-changes.js';
import type { GatewayOptions } from './options.js';
import { createOwnMetrics, type OwnMetrics } from './own-metrics.js';
import { requestEvent } from './request-event.js';
import type { ListenerPurpose } from './routes.js';
import { collectStatus } from './status-data.js';
import { probeTarget, type TargetProbe } from './target-probe.js';
import { PLAIN_HTTP, standingWarnings } from './warnings.js';

/** A gateway. */
export interface Gateway {
  /**
   * Listens and begins to answer.
   * @throws {ScrapegateError} ERR_SCRAPEGATE_LISTEN_FAILED, ERR_SCRAPEGATE_STATE_UNREADABLE; nothing is left open then.
   */
  start(): Promise<void>;
  /** Where it listens. */
  addresses(): readonly { readonly purpose: ListenerPurpose; readonly url: string }[];
  /**
   * Takes a new configuration; requests under way end under the old one. Listeners stay where they are.
   * @throws {ScrapegateError} ERR_SCRAPEGATE_OPTIONS_INVALID; the old configuration stays in force then.
   */
  reload(options: GatewayOptions): Promise<void>;
  /** Records that a new configuration could not even be read. */
  reloadFailed(error: ScrapegateError): void;
  /** Stops: no new connections, requests under way may end within the deadline, counters are saved. */
  close(): Promise<void>;
}

/** What a gateway is given from outside. */
export interface GatewayDeps {
  readonly clock: Clock;
  readonly onEvent: EventListener;
  /** Sockets that systemd opened for this process. */
  readonly inheritedSockets?: readonly InheritedSocket[];
}

const DEFAULT_SHUTDOWN_DEADLINE_MS = 10_000;

/**
 * Creates a gateway; it does nothing until it is started.
 * @throws {ScrapegateError} ERR_SCRAPEGATE_OPTIONS_INVALID with every problem.
 */
export function createGateway(options: GatewayOptions, deps: GatewayDeps): Gateway {
  return new RunningGateway(options, deps);
}

class RunningGateway implements Gateway {
  readonly #deps: GatewayDeps;
  readonly #guardMemory = createGuardMemory({
    asked: (issuer, purpose, result) => this.#metrics.issuerAsked(issuer, purpose, result),
    trouble: ({ failure, ...about }) => {
      if (failure === undefined) this.#deps.onEvent({ kind: 'issuer_recovered', ...about });
      else this.#deps.onEvent({ kind: 'issuer_failed', ...about, ...failure });
    },
    sharing: (sharing) => this.#sharingChanged(sharing),
  });
  /** Stays the same over reloads that bring none: pseudonyms must not change under a running Prometheus. */
  readonly #processKey = generatePseudonymKey();
  readonly #metrics: OwnMetrics;
  readonly #history: History;
  readonly #listeners: Listener[] = [];
  readonly #front: Front;
  readonly #dispatch: Dispatch;
  /** Targets that have given an exposition since they were configured. */
  readonly #answered = new Set<string>();
  readonly #openTargets = new Map<string, Warning>();
  /** Assemblies that a reload replaced, while requests under way end under them. */
  readonly #retiring = new Set<Assembly>();
  /** What was found at the start and no reload can put right. */
  readonly #startWarnings: Warning[] = [];
  /** What holds under the configuration that is in force. */
  #warnings: Warning[] = [];
  /** What listeners and the state file were opened with; a reload does not touch them. */
  readonly #startedWith: GatewayOptions;
  #assembly: Assembly;
  #store: CounterStore | undefined;
  #probes: TargetProbe[] = [];

  constructor(options: GatewayOptions, deps: GatewayDeps) {
    this.#deps = deps;
    this.#startedWith = options;
    this.#history = new History(deps.clock);
    this.#metrics = createOwnMetrics({
      clock: deps.clock,
      facts: () => this.#assembly.facts,
      lockedOut: () => this.#assembly.guard.lockedOutClients(),
      connections: () => this.#front.connections,
      templateViews: () => this.#assembly.templateViews(),
      keyAges: () => this.#guardMemory.issuers.keyAges(),
    });
    this.#assembly = this.#assemble(options, new Map());
    this.#dispatch = createDispatch({
      clock: deps.clock,
      assembly: () => this.#assembly,
      hasAnswered: (target) => this.#answered.has(target),
      scraped: (assembly, target, outcome) => this.#scraped(assembly, target, outcome),
      denied: (reason, request) => this.#front.denied(reason, request),
      ownMetrics: () => this.#metrics.exposition(),
      status: () =>
        collectStatus({
          clock: deps.clock,
          options: this.#options,
          assembly: this.#assembly,
          history: this.#history,
          warnings: this.#warnings,
          listeners: this.addresses(),
          keepsState: this.#store !== undefined,
          sharing: this.#guardMemory.sharing(),
          keyAges: this.#guardMemory.issuers.keyAges(),
        }),
    });
    this.#front = new Front({
      ...deps,
      assembly: () => this.#assembly,
      handle: (request, purpose, loopbackHost) => this.#dispatch.handle(request, purpose, loopbackHost),
      ended: (request, purpose, method, outcome, sent) =>
        this.#ended(request, purpose, method, outcome, sent),
      connectionClosed: (reason) => this.#metrics.connectionClosed(reason),
    });
  }

  /** In force. */
  get #options(): GatewayOptions {
    return this.#assembly.options;
  }

  async start(): Promise<void> {
    const { listen: all, metricsListen, tls, stateFile } = this.#options;
    if (stateFile !== undefined) await this.#restore(stateFile);
    try {
      if (metricsListen === undefined) {
        await this.#listen('all', all, tls);
      } else {
        await this.#listen('metrics', metricsListen, tls);
        await this.#listen('health', all, tls);
      }
    } catch (error) {
      const stopped = this.#listeners.map((listener) => listener.stop());
      for (const listener of this.#listeners.splice(0)) listener.abort();
      await Promise.all(stopped);
      await this.#assembly.close();
      throw error;
    }
    this.#guardMemory.start();
    this.#metrics.reloaded(true);
    this.#announce();
  }

  addresses(): readonly { readonly purpose: ListenerPurpose; readonly url: string }[] {
    return this.#listeners.map(({ purpose, url }) => ({ purpose, url }));
  }

  async reload(options: GatewayOptions): Promise<void> {
    const previous = this.#assembly;
    this.#assembly = this.#assemble(options, previous.counters());
    if (options.tls !== undefined) for (const listener of this.#listeners) listener.takeOverTls(options.tls);
    this.#forgetChangedTargets(previous.options);
    this.#metrics.reloaded(true);
    this.#history.reloaded(true);
    this.#metrics.limitsShared(this.#guardMemory.sharing()?.shared);
    this.#deps.onEvent({ kind: 'reloaded' });
    this.#announce();
    // Not waited for: requests under way may take as long as a target, and the next reload or a stop must not.
    this.#retiring.add(previous);
    void previous.retire().then(() => this.#retiring.delete(previous));
  }

  reloadFailed(error: ScrapegateError): void {
    this.#metrics.reloaded(false);
    this.#history.reloaded(false);
    this.#deps.onEvent({ kind: 'reload_failed', error });
  }

  async close(): Promise<void> {
    const deadlineMs = this.#options.shutdownDeadlineMs ?? DEFAULT_SHUTDOWN_DEADLINE_MS;
    this.#deps.onEvent({ kind: 'stopping', deadlineMs });
    for (const probe of this.#probes) probe.stop();
    const stopped = Promise.all(this.#listeners.map((listener) => listener.stop()));
    let aborted = 0;
    const deadline = this.#deps.clock.after(deadlineMs, () => {
      for (const listener of this.#listeners) aborted += listener.abort();
    });
    await stopped;
    deadline.cancel();
    await this.#store?.close();
    this.#guardMemory.close();
    await Promise.all([this.#assembly, ...this.#retiring].map((assembly) => assembly.close()));
    this.#deps.onEvent({ kind: 'stopped', aborted });
  }

  #assemble(options: GatewayOptions, saved: SavedViews): Assembly {
    return createAssembly(options, {
      clock: this.#deps.clock,
      pseudonymKey: options.pseudonymKey ?? this.#processKey,
      guardMemory: this.#guardMemory,
      saved,
      onViewForgotten: (template) => this.#metrics.viewForgotten(template),
      onFetchFailed: (target, failure) => {
        // Where it is closed, the gate gave up, and not the target.
        if (failure.reason === 'closed' || !this.#isInForce(target, options)) return;
        this.#metrics.fetchFailed(target, failure);
        this.#history.fetchFailed(target, failure);
      },
    });
  }

  async #restore(stateFile: string): Promise<void> {
    const content = await readStateFile(stateFile);
    if (content.kind === 'read') {
      const unused = this.#assembly;
      this.#assembly = this.#assemble(this.#options, content.views);
      await unused.close();
    }
    if (content.kind === 'damaged') {
      this.#startWarnings.push({
        code: 'WARN_SCRAPEGATE_STATE_DAMAGED',
        message: `the state file was damaged and is now at ${content.movedTo}; aggregated counters begin anew`,
      });
    }
    this.#store = createCounterStore({
      path: stateFile,
      collect: () => this.#assembly.readings(),
      onSaved: () => {
        this.#metrics.stateSaved(true);
        this.#history.stateSaved(true);
      },
      onError: (error) => {
        this.#metrics.stateSaved(false);
        this.#history.stateSaved(false);
        this.#deps.onEvent({ kind: 'state_failed', error });
      },
      clock: this.#deps.clock,
    });
  }

  async #listen(
    purpose: ListenerPurpose,
    address: GatewayOptions['listen'],
    tls: GatewayOptions['tls'],
  ): Promise<void> {
    const listener = await this.#front.listen(purpose, address, tls);
    this.#listeners.push(listener);
    // Of a socket that systemd opened only now is known who can reach it.
    const isRemote = listener.url.startsWith('http:') && listener.loopbackHost === undefined;
    const hasCredentials = (this.#options.guard.credentials ?? []).length > 0;
    if ('systemd' in address && purpose !== 'health' && isRemote && hasCredentials) {
      this.#startWarnings.push(PLAIN_HTTP);
    }
    this.#deps.onEvent({ kind: 'listening', url: listener.url, purpose });
  }

  #ended(
    request: CanonicalRequest | undefined,
    purpose: ListenerPurpose,
    method: string,
    outcome: Outcome,
    sent: Sent,
  ): void {
    const route = this.#dispatch.routeOf(request, purpose).name;
    if (outcome.rendered !== undefined) this.#store?.changed();
    this.#metrics.request(route, outcome);
    this.#history.request(outcome);
    this.#deps.onEvent(requestEvent(route, method, outcome, sent));
  }

  /** Of a target that a reload changed meanwhile, or took away, a scrape says nothing. */
  #scraped(assembly: Assembly, target: string, outcome: Outcome): void {
    if (!this.#isInForce(target, assembly.options)) return;
    if (outcome.isReadable === true) this.#answered.add(target);
    this.#metrics.scraped(target, outcome);
    this.#history.scraped(target, outcome);
  }

  /** Whether a target is still the one that `options` had. */
  #isInForce(name: string, options: GatewayOptions): boolean {
    if (options === this.#options) return true;
    const [then, now] = [options, this.#options].map(({ targets }) =>
      targets.find((target) => target.name === name),
    );
    return then !== undefined && now !== undefined && isSameTarget(then, now);
  }

  /** Says what is unsafe under the current options, and begins to ask issuers for keys and new targets for metrics. */
  #announce(): void {
    this.#assembly.guard.begin();
    this.#metrics.forgetWarnings();
    this.#warnings = [];
    const standing = standingWarnings(this.#options, this.#deps.clock.nowMs());
    for (const warning of [...this.#startWarnings, ...standing, ...this.#openTargets.values()])
      this.#warn(warning);
    const unchangeable = restartNeededFor(this.#startedWith, this.#options);
    if (unchangeable.length > 0) {
      this.#warn({
        code: 'WARN_SCRAPEGATE_RESTART_NEEDED',
        message: `${unchangeable.join(' and ')} changed, which takes effect when the gate is started again`,
      });
    }
    for (const probe of this.#probes) probe.stop();
    this.#probes = [...this.#assembly.targets.values()]
      .filter(({ name }) => !this.#answered.has(name))
      .map((target) =>
        probeTarget(target, this.#deps.clock, {
          onAnswer: (fetched) => {
            this.#history.targetAnswered(target.name, fetched);
            this.#targetAnswered(target.name);
          },
          onFailure: (failure) => {
            this.#deps.onEvent({ kind: 'target_unreachable', target: target.name, ...failure });
          },
        }),
      );
  }

  #targetAnswered(name: string): void {
    this.#answered.add(name);
    this.#metrics.targetAnswered(name);
    this.#deps.onEvent({ kind: 'target_answered', target: name });
    const options = this.#options;
    const asked = options.targets.find((target) => target.name === name);
    if (asked === undefined || 'kind' in asked) return;
    void warnIfOpen(asked, this.#deps.clock).then((warning) => {
      // A reload may have closed the target while it was asked.
      if (warning === undefined || !this.#isInForce(name, options)) return;
      this.#openTargets.set(name, warning);
      this.#warn(warning);
    });
  }

  /** A target that stays as it was need not prove again that it answers. */
  #forgetChangedTargets(previous: GatewayOptions): void {
    for (const { name } of previous.targets) {
      if (this.#isInForce(name, previous)) continue;
      this.#answered.delete(name);
      this.#openTargets.delete(name);
      this.#metrics.forgetTarget(name);
      this.#history.forgetTarget(name);
    }
  }

  #sharingChanged(sharing: Sharing): void {
    this.#metrics.limitsShared(sharing.shared);
    if (sharing.shared) this.#deps.onEvent({ kind: 'limits_shared' });
    else {
      const { reason, detail } = sharing;
      this.#deps.onEvent({ kind: 'limits_alone', reason, ...(detail !== undefined && { detail }) });
    }
  }

  #warn(warning: Warning): void {
    this.#metrics.warned(warning);
    this.#warnings.push(warning);
    this.#deps.onEvent({ kind: 'warning', warning });
  }
}
