// The gate inside of a server: one guard, one target, its views, and the listener that answers what it claims. The same
// way of a request as in the gateway, on a socket that the server holds. Whatever is not claimed, it never sees.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { register as defaultRegister } from 'prom-client';
import { createNodeListener, type NodeHandler } from '../adapters/node.js';
import { guarded, scrape, type MountedView, type Outcome } from '../adapters/scrape.js';
import { summarise } from '../adapters/summary.js';
import type { Warning } from '../errors.js';
import { createClosureLog } from '../gateway/closure-log.js';
import { mountViews } from '../gateway/mounted-views.js';
import { requestEvent } from '../gateway/request-event.js';
import type { Grant, Resource } from '../guard/decision.js';
import { createGuard } from '../guard/guard.js';
import { createGuardMemory } from '../guard/memory.js';
import type { CanonicalRequest } from '../http/request.js';
import { HeaderLines } from '../internal/header-lines.js';
import { asRecord, valueOrThrow } from '../internal/option-problems.js';
import { TotalRates } from '../llm/derived/total-rates.js';
import type { LlmSummary } from '../llm/summary.js';
import { coalesceFetches } from '../targets/coalesce.js';
import { createRegistryTarget } from '../targets/registry-target.js';
import type { ViewOptions } from '../views/options.js';
import { generatePseudonymKey } from '../views/pseudonym.js';
import { TARGET } from './build-credentials.js';
import { compilePathClaim } from './claimed-paths.js';
import type { MetricsEvent, MetricsOptions } from './options.js';
import { resolveMetricsOptions, type ResolvedMetricsOptions } from './resolve-options.js';
import { embeddedWarnings } from './warnings.js';

/** A gate inside of a server. */
export interface MetricsGate {
  /** The paths that it answers, as they are configured. */
  readonly paths: readonly string[];
  /** Whether a request target, or the path of a route, is a spelling of one of them. */
  claims(target: string): boolean;
  /** Whether a request is the gate's to answer. */
  claimsRequest(message: IncomingMessage): boolean;
  /** Answers a request, whatever it asks for. */
  answer(message: IncomingMessage, response: ServerResponse): void;
  /** Ends what is under way; from now on scrapes fail. */
  close(): Promise<void>;
}

interface Route {
  readonly name: string;
  readonly resource: Resource;
  readonly forbidAsJson: boolean;
}

const NO_HEADERS = HeaderLines.fromRaw([]);
/** What a stranger asked for is no name for a log. */
const NOTHING: Route = { name: 'other', resource: { kind: 'nothing' }, forbidAsJson: false };

/**
 * Creates the gate, and gives its warnings.
 * @throws {ScrapegateError} `ERR_SCRAPEGATE_OPTIONS_INVALID` with every problem.
 */
export function createMetricsGate(options: MetricsOptions = {}): MetricsGate {
  return new EmbeddedGate(valueOrThrow('metrics options', resolveMetricsOptions(options, defaultRegister)));
}

class EmbeddedGate implements MetricsGate {
  readonly paths: readonly string[];
  readonly claims: MetricsGate['claims'];
  readonly answer: MetricsGate['answer'];
  readonly #options: ResolvedMetricsOptions;
  readonly #memory = createGuardMemory({
    asked: () => undefined,
    trouble: ({ failure, ...about }) => {
      if (failure === undefined) this.#tell({ kind: 'issuer_recovered', ...about });
      else this.#tell({ kind: 'issuer_failed', ...about, ...failure });
    },
    sharing: (sharing) => {
      if (sharing.shared) return this.#tell({ kind: 'limits_shared' });
      const { reason, detail } = sharing;
      this.#tell({ kind: 'limits_alone', reason, ...(detail !== undefined && { detail }) });
    },
  });
  readonly #rates = new TotalRates();
  readonly #target;
  readonly #views;
  readonly #guard;

  constructor(options: ResolvedMetricsOptions) {
    const { clock, registry, guard, path, summaryPath } = options;
    this.#options = options;
    this.paths = [path, summaryPath];
    this.claims = compilePathClaim(this.paths);
    const pseudonymKey = options.pseudonymKey ?? generatePseudonymKey();
    const { onMalformed, ...source } = registry;
    this.#target = coalesceFetches(createRegistryTarget({ name: TARGET, ...source }, { clock }));
    this.#views = mountViews(
      { ...options, targets: [{ name: TARGET, onMalformed }] },
      {
        targets: new Map([[TARGET, this.#target]]),
        pseudonymKey,
        saved: new Map(),
        onViewForgotten: () => undefined,
      },
    );
    this.#guard = createGuard(guard, { clock, memory: this.#memory, secret: pseudonymKey });
    this.answer = this.#listener();
    const hasPseudonymKey = options.pseudonymKey !== undefined;
    const standing = embeddedWarnings({ guard, hasPseudonymKey, path }, clock.nowMs());
    for (const warning of [...options.warnings, ...standing]) this.#warn(warning);
    this.#memory.start();
    this.#guard.begin();
  }

  claimsRequest(message: IncomingMessage): boolean {
    return this.#claimedTarget(message) !== undefined;
  }

  async close(): Promise<void> {
    this.#guard.close();
    this.#memory.close();
    await this.#target.close();
  }

  /** Frameworks change the target of a message, and keep what stood on the request line beside it. */
  #claimedTarget(message: IncomingMessage): string | undefined {
    const original = 'originalUrl' in message ? message.originalUrl : undefined;
    const targets: readonly unknown[] = [original, message.url];
    return targets.find((target): target is string => typeof target === 'string' && this.claims(target));
  }

  #listener(): MetricsGate['answer'] {
    const { clock, writeTimeoutMs } = this.#options;
    const closures = createClosureLog(clock, (event) => this.#tell(event));
    const handler: NodeHandler = {
      handle: (request) => this.#handle(request),
      ended: (request, method, outcome, sent) =>
        this.#tell(requestEvent(this.#route(request).name, method, outcome, sent)),
      targetOf: (message) => this.#claimedTarget(message) ?? message.url ?? '',
      writeTimeoutMs: () => writeTimeoutMs,
      cutOff: ({ remoteAddress }, reason) =>
        closures(reason, this.#guard.clientOf({ peerAddress: remoteAddress, headers: NO_HEADERS })),
    };
    const listener = createNodeListener(handler, clock);
    return (message, response) => {
      if (message.httpVersionMajor > 1) {
        // One request after the other on a connection, and its length or its chunks: none of it is so there.
        response.writeHead(505).end();
        return;
      }
      // What stands there by now is of the server, such as its name.
      if (!response.headersSent) for (const name of response.getHeaderNames()) response.removeHeader(name);
      listener(message, response);
    };
  }

  #route(request: CanonicalRequest | undefined): Route {
    const { path, summaryPath } = this.#options;
    switch (request?.path) {
      case path:
        return { name: path, resource: { kind: 'target', target: TARGET }, forbidAsJson: false };
      case summaryPath:
        return { name: summaryPath, resource: { kind: 'summary' }, forbidAsJson: true };
      default:
        return NOTHING;
    }
  }

  #handle(request: CanonicalRequest): Promise<Outcome> {
    const { resource, forbidAsJson } = this.#route(request);
    const { clock } = this.#options;
    const viewOf = (grant: Grant): MountedView | undefined => this.#viewOf(grant);
    return guarded(this.#guard, request, resource, { forbidAsJson }, (grant, { kind }) =>
      kind === 'summary'
        ? summarise({ viewOf, clock, rates: this.#rates }, request, grant)
        : scrape({ viewOf, clock }, request, grant),
    );
  }

  /** What the server counts itself is shown to those alone who may see all of it. */
  #viewOf(grant: Grant): MountedView | undefined {
    const found = this.#views.viewOf(grant);
    // Nothing was counted yet: the server is there all the same.
    const mounted = found && { ...found, mayBeEmpty: true };
    const { llm, views } = this.#options;
    const options = grant.claimValues === undefined && views.find(({ name }) => name === grant.view);
    if (mounted === undefined || llm === undefined || !options || !showsEverything(options)) return mounted;
    return { ...mounted, ownSummary: () => checkedSummary(llm.summary()) };
  }

  #warn(warning: Warning): void {
    if (this.#options.onEvent !== undefined) return this.#tell({ kind: 'warning', warning });
    process.emitWarning(warning.message, { type: 'ScrapegateWarning', code: warning.code });
  }

  /** Whoever listens may fail, which is no reason to end a connection, or the process. */
  #tell(event: MetricsEvent): void {
    try {
      disregard(this.#options.onEvent?.(event));
    } catch {
      // There is nobody left to tell.
    }
  }
}

/** Whether a view leaves no series out. */
function showsEverything({ only, metrics }: ViewOptions): boolean {
  return only === undefined && metrics?.keep === undefined && metrics?.drop === undefined;
}

/** A listener, or the source of a summary, that is async by mistake: what comes of it is nobody's. */
function disregard(value: unknown): void {
  void Promise.resolve(value).catch(() => undefined);
}

const SUMMARY_PARTS = ['cache', 'latency', 'memory', 'throughput'] as const;

/** An object from elsewhere may give anything; then there is no summary, rather than half of one. */
function checkedSummary(summary: LlmSummary): LlmSummary {
  const given = asRecord(summary);
  if (SUMMARY_PARTS.every((part) => asRecord(given?.[part]) !== undefined)) return summary;
  disregard(summary);
  throw new TypeError('llm.summary gave no summary');
}
