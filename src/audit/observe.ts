// Looks at an endpoint as a scraper and as a stranger. Contacts the given host alone, follows no redirect, presents a
// credential at the given URL and nowhere else; bounded in requests, bytes and time. Never throws.

import { acceptHeaderFor, formatOfContentType } from '../exposition/negotiate.js';
import type { ExpositionFormat } from '../exposition/model.js';
import { seriesKey } from '../exposition/series-key.js';
import type { Clock } from '../internal/clock.js';
import { fail, type Result } from '../internal/result.js';
import type { TargetFailure } from '../targets/target.js';
import type { Reader } from './finding.js';
import type { ProbeAnswer, SendProbe } from './http-probe.js';
import { hasWorkers, takeInventory } from './inventory.js';
import { configuredLabels } from './known-software.js';
import type { AuditSource, Contents, FetchObservation, Growth, Observation } from './observation.js';
import { mayChangeThings, otherPorts, siblingPaths } from './places.js';
import {
  looksLikeExposition,
  namesAtBeginning,
  readExposition,
  type ReadExposition,
} from './read-exposition.js';
import { detectSoftware, parseVersion, type DetectedSoftware } from './software.js';

/** What is looked at, and how far. */
export interface ObserveOptions {
  /** `http:` or `https:`, checked. */
  readonly url: URL;
  /** As it goes into the request line. */
  readonly path: string;
  readonly source: Extract<AuditSource, { kind: 'url' }>;
  /** Value of the `Authorization` header; absent: as a stranger alone. */
  readonly authorization?: string | undefined;
  readonly ports: readonly number[];
  /** Between the two fetches that show growth; 0: one fetch. */
  readonly intervalMs: number;
  /** Of one body, inflated. */
  readonly maxBytes: number;
  /** For the whole. */
  readonly deadlineMs: number;
}

/** What looking needs. */
export interface ObserveDeps {
  readonly send: SendProbe;
  readonly clock: Clock;
  /** Told before each step, in a few words. */
  readonly progress: (step: string) => void;
}

/** Every request of an audit, whatever it finds; the sum of all steps below stays beneath it. */
const MAX_REQUESTS = 64;
/** How much of an answer tells whether it is metrics. */
const SNIFFED_BYTES = 64 * 1024;
const HARMLESS_METHODS = ['POST', 'OPTIONS', 'TRACE'] as const;
const CHANGING_METHODS = ['PUT', 'DELETE', 'PATCH'] as const;
const TOO_MANY_REQUESTS = 429;
/** Where software that says nothing of its version in its metrics tells it to anybody. */
const VERSION_PATHS: Readonly<Partial<Record<string, readonly [path: string, key: string]>>> = {
  litellm: ['/health/readiness', 'litellm_version'],
  vllm: ['/version', 'version'],
};

/** Looks at `options.url`. */
export async function observe(options: ObserveOptions, deps: ObserveDeps): Promise<Observation> {
  return new Observer(options, deps).run();
}

interface WholeFetch {
  readonly observation: FetchObservation;
  readonly answer: ProbeAnswer;
  /** Of metrics alone. */
  readonly read?: ReadExposition;
}

class Observer {
  readonly #options: ObserveOptions;
  readonly #deps: ObserveDeps;
  readonly #startedMs: number;
  readonly #notes = new Set<string>();
  readonly #failures: { reader: Reader; failure: TargetFailure }[] = [];
  #requests = 0;

  constructor(options: ObserveOptions, deps: ObserveDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#startedMs = deps.clock.monotonicMs();
  }

  async run(): Promise<Observation> {
    const { progress } = this.#deps;
    const { authorization } = this.#options;
    // A strong credential first: the failures of the stranger must not count against it.
    if (authorization !== undefined) progress('fetching with the credential');
    const scraper = authorization === undefined ? undefined : await this.#fetch('scraper');
    progress('fetching as a stranger');
    const stranger = await this.#fetch('stranger');
    const fetched = [scraper, stranger].filter((fetch) => fetch !== undefined);
    const readable = fetched.filter(({ observation }) => observation.metrics);
    const [best] = readable;
    // Nobody is there: nothing else is asked.
    if (fetched.length === 0) return this.#resultOf({ software: detectSoftware({}), fetched });

    progress('trying other methods');
    const methods = await this.#tryMethods(readable.map(({ observation }) => observation.reader));
    progress('trying other paths');
    const paths = await this.#tryPaths(best);
    if (this.#options.ports.length > 0) progress('trying other ports of the host');
    const ports = await this.#tryPorts(best);
    const formats = best === undefined ? [] : await this.#tryFormats(best.observation.reader);

    progress('reading what was served');
    const guess = detectedFrom(fetched);
    const software = await this.#askVersion(guess);
    const contents = contentsOf(fetched, software);
    const growth = await this.#measureGrowth(contents[0]);
    return this.#resultOf({
      software,
      fetched,
      formats,
      methods,
      paths,
      ports,
      contents,
      ...(growth !== undefined && { growth }),
    });
  }

  #resultOf({
    fetched,
    ...found
  }: { readonly fetched: readonly WholeFetch[] } & Pick<Observation, 'software'> &
    Partial<Observation>): Observation {
    const { contents = [] } = found;
    const best = fetched.find(({ observation }) => observation.metrics);
    return {
      formats: [],
      methods: [],
      paths: [],
      ports: [],
      contents,
      ...found,
      source: this.#options.source,
      multiprocess: contents.some(({ inventory }) => hasWorkers(inventory)),
      fetches: fetched.map(({ observation }) => observation),
      failures: this.#failures,
      compressed: best?.answer.headers['content-encoding'] === 'gzip',
      notes: [...this.#notes],
      requests: this.#requests,
    };
  }

  async #send(probe: Partial<Parameters<SendProbe>[0]>): Promise<Result<ProbeAnswer, TargetFailure>> {
    const { url, path, deadlineMs } = this.#options;
    if (this.#deps.clock.monotonicMs() - this.#startedMs >= deadlineMs || this.#requests >= MAX_REQUESTS) {
      this.#notes.add('The time for the audit was up before everything had been looked at.');
      return fail({ reason: 'timeout', detail: 'AUDIT_DEADLINE' });
    }
    this.#requests += 1;
    const answer = await this.#deps.send({
      origin: url.origin,
      path,
      method: 'GET',
      headers: {},
      maxBytes: SNIFFED_BYTES,
      cut: true,
      ...probe,
    });
    if (answer.ok && answer.value.status === TOO_MANY_REQUESTS) {
      this.#notes.add(
        'The endpoint limits how often it may be asked, so some answers are its refusals (429).',
      );
    }
    return answer;
  }

  #headersOf(reader: Reader, accept: string): Record<string, string> {
    const { authorization } = this.#options;
    return reader === 'scraper' && authorization !== undefined ? { accept, authorization } : { accept };
  }

  async #fetch(reader: Reader): Promise<WholeFetch | undefined> {
    const sent = await this.#send({
      headers: this.#headersOf(reader, acceptHeaderFor('text')),
      maxBytes: this.#options.maxBytes,
      cut: false,
    });
    if (!sent.ok) {
      this.#failures.push({ reader, failure: sent.error });
      return undefined;
    }
    const { status, headers, body, receivedBytes, durationMs } = sent.value;
    const metrics = isMetrics(sent.value);
    return {
      answer: sent.value,
      ...(metrics && { read: readExposition(body, headerOf(sent.value, 'content-type')) }),
      observation: {
        reader,
        status,
        headers,
        metrics,
        bytes: Math.max(receivedBytes, body.length),
        durationMs,
      },
    };
  }

  async #tryMethods(readers: readonly Reader[]): Promise<Observation['methods']> {
    const changing = mayChangeThings(this.#options.path);
    if (!changing) {
      this.#notes.add(
        'PUT, DELETE and PATCH were not sent: only an address that is called metrics is asked with them.',
      );
    }
    const found: { method: string; reader: Reader }[] = [];
    // A stranger is tried even where GET is refused: the refusal may be of GET alone.
    for (const reader of new Set<Reader>(['stranger', ...readers])) {
      for (const method of [...HARMLESS_METHODS, ...(changing ? CHANGING_METHODS : [])]) {
        const answer = await this.#send({
          method,
          headers: this.#headersOf(reader, acceptHeaderFor('text')),
        });
        if (answer.ok && isMetrics(answer.value) && !found.some((known) => known.method === method)) {
          found.push({ method, reader });
        }
      }
    }
    return found;
  }

  async #tryPaths(known: WholeFetch | undefined): Promise<Observation['paths']> {
    const found: { place: string; same: boolean }[] = [];
    for (const path of siblingPaths(this.#options.path)) {
      const answer = await this.#send({ path, headers: { accept: acceptHeaderFor('text') } });
      if (answer.ok && isMetrics(answer.value))
        found.push({ place: path, same: isSame(known, answer.value) });
    }
    return found;
  }

  async #tryPorts(known: WholeFetch | undefined): Promise<Observation['ports']> {
    const { url, ports } = this.#options;
    const found: { place: string; same: boolean }[] = [];
    for (const port of otherPorts(url, ports)) {
      // Metrics ports speak plain HTTP, whatever the audited one speaks.
      const origin = `http://${url.hostname}:${String(port)}`;
      for (const path of ['/metrics', '/metrics/']) {
        const answer = await this.#send({ origin, path, headers: { accept: acceptHeaderFor('text') } });
        if (answer.ok && isMetrics(answer.value)) {
          found.push({ place: String(port), same: isSame(known, answer.value) });
          break;
        }
        // A redirect to the path with a slash, or nobody there.
        if (!answer.ok || answer.value.status < 300 || answer.value.status >= 400) break;
      }
    }
    return found;
  }

  async #tryFormats(reader: Reader): Promise<Observation['formats']> {
    const offered = new Set<ExpositionFormat>();
    for (const wanted of ['text', 'openmetrics'] as const) {
      const answer = await this.#send({ headers: this.#headersOf(reader, acceptHeaderFor(wanted)) });
      const format = answer.ok ? formatOfContentType(headerOf(answer.value, 'content-type')) : undefined;
      if (format !== undefined) offered.add(format);
    }
    return [...offered];
  }

  async #askVersion(guess: DetectedSoftware): Promise<DetectedSoftware> {
    const [path, key] = VERSION_PATHS[guess.software] ?? [];
    if (path === undefined || key === undefined || guess.version !== undefined) return guess;
    const answer = await this.#send({ path });
    const version = answer.ok && answer.value.status === 200 ? memberOf(answer.value.body, key) : undefined;
    const parsed = parseVersion(version);
    return parsed === undefined ? guess : { ...guess, version: parsed };
  }

  async #measureGrowth(first: Contents | undefined): Promise<Growth | undefined> {
    const { intervalMs } = this.#options;
    const before = first?.read.exposition;
    if (first === undefined || before === undefined || intervalMs <= 0) return undefined;
    this.#deps.progress(`waiting ${String(Math.round(intervalMs / 1000))} s for a second fetch`);
    const keysBefore = keysOf(before);
    await new Promise<void>((resolve) => void this.#deps.clock.after(intervalMs, resolve));
    const again = await this.#fetch(first.reader);
    const after = again?.read?.exposition;
    if (after === undefined) return undefined;
    let kept = 0;
    let added = 0;
    for (const key of keysOf(after)) {
      if (keysBefore.has(key)) kept += 1;
      else added += 1;
    }
    return {
      reader: first.reader,
      seconds: intervalMs / 1000,
      before: keysBefore.size,
      added,
      removed: keysBefore.size - kept,
    };
  }
}

function isMetrics({ status, body }: ProbeAnswer): boolean {
  return status >= 200 && status < 300 && looksLikeExposition(body);
}

/** Whether most metrics at the beginning of one are known from the other. */
function isSame(known: WholeFetch | undefined, other: ProbeAnswer): boolean {
  const names = namesAtBeginning(other.body);
  const own = new Set(known?.read?.exposition?.families.map(({ name }) => name));
  const shared = [...names].filter((name) => own.has(name)).length;
  return shared > 0 && shared * 2 >= names.size;
}

function detectedFrom(fetched: readonly WholeFetch[]): DetectedSoftware {
  for (const { answer, read } of fetched) {
    const { headers, body } = answer;
    const refusal =
      read === undefined ? Buffer.from(body.subarray(0, SNIFFED_BYTES)).toString('utf8') : undefined;
    const detected = detectSoftware({ exposition: read?.exposition, headers, refusal });
    if (detected.software !== 'unknown') return detected;
  }
  return detectSoftware({});
}

/** What each reader can read, strangers first. */
function contentsOf(
  fetched: readonly WholeFetch[],
  { software, preset }: DetectedSoftware,
): readonly Contents[] {
  return fetched.toReversed().flatMap(({ answer, observation, read }) => {
    if (read === undefined) return [];
    const { exposition } = read;
    return {
      reader: observation.reader,
      bytes: answer.body.length,
      read,
      ...(exposition !== undefined && {
        inventory: takeInventory(exposition, preset, configuredLabels(software)),
      }),
    };
  });
}

function keysOf(exposition: NonNullable<Contents['read']['exposition']>): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const family of exposition.families) {
    for (const { name, labels } of family.samples) keys.add(seriesKey(name, labels));
  }
  return keys;
}

function headerOf({ headers }: ProbeAnswer, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

function memberOf(body: Uint8Array, key: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    const value = Object.entries(parsed).find(([name]) => name === key)?.[1];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
