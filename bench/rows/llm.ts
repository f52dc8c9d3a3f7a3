// What recording an LLM request costs: against bare prom-client, which observes one duration and counts one request with the
// same labels, and in memory, when every request comes from another user.

import { Counter, Histogram, Registry } from 'prom-client';
import { createLlmMetrics } from '#built/llm/llm-metrics.js';
import type { LlmRecord } from '../../src/llm/records.js';
import { median, short, type RowOutcome } from '../figures.js';

const WARM_UPS = 3;
const ROUNDS = 9;
const RECORDS = 200_000;
const STRANGERS = 1_000_000;
const NS_PER_MS = 1e6;
const BYTES_PER_MB = 1e6;
const MODELS = ['gpt-4o', 'gpt-4o-mini', 'claude-sonnet', 'llama-3.3-70b'];
const TENANTS = 25;
const USERS = 500;

/** Requests of a busy server, with all that can be known of them. */
function createRecords(): readonly LlmRecord[] {
  return Array.from({ length: USERS }, (_, at) => ({
    operation: 'chat',
    provider: 'openai',
    requestModel: MODELS[at % MODELS.length],
    responseModel: `${MODELS[at % MODELS.length] ?? ''}-2026-01-01`,
    tenant: `tenant-${String(at % TENANTS)}`,
    user: `user-${String(at)}@acme.example`,
    key: `key-${String(at)}`,
    durationMs: 200 + ((at * 37) % 4000),
    timeToFirstTokenMs: 20 + ((at * 11) % 400),
    inputTokens: 100 + ((at * 101) % 5000),
    outputTokens: 10 + ((at * 13) % 900),
    cachedInputTokens: at % 100,
    reasoningOutputTokens: at % 10,
    cache: at % 4 === 0 ? 'hit' : 'miss',
    costUsd: 0.01,
  }));
}

/** What a server would do by hand: one histogram and one counter, with the labels of a request. */
function createPeer(): (record: LlmRecord) => void {
  const registers = [new Registry()];
  const labelNames = ['operation', 'provider', 'request_model', 'response_model', 'tenant'];
  const duration = new Histogram({ name: 'duration', help: 'duration', labelNames, registers });
  const requests = new Counter({ name: 'requests', help: 'requests', labelNames, registers });
  return ({ operation, provider, requestModel, responseModel, tenant, durationMs }) => {
    const labels = {
      operation,
      provider,
      request_model: requestModel ?? '',
      response_model: responseModel ?? '',
      tenant: tenant ?? '',
    };
    duration.observe(labels, durationMs / 1000);
    requests.inc(labels);
  };
}

function nsPerRecord(record: (record: LlmRecord) => void, records: readonly LlmRecord[]): number {
  const start = performance.now();
  for (let done = 0; done < RECORDS; done += records.length) for (const each of records) record(each);
  return ((performance.now() - start) / RECORDS) * NS_PER_MS;
}

function heapBytes(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

async function measureStrangers(): Promise<{
  readonly growthMb: number;
  readonly lines: number;
  readonly ns: number;
}> {
  const register = new Registry();
  const metrics = createLlmMetrics({ register });
  const [template] = createRecords();
  if (template === undefined) throw new Error('there is no record');
  const before = heapBytes();
  const start = performance.now();
  for (let at = 0; at < STRANGERS; at++)
    metrics.record({ ...template, user: `stranger-${String(at)}@acme.example` });
  const ns = ((performance.now() - start) / STRANGERS) * NS_PER_MS;
  const growthMb = (heapBytes() - before) / BYTES_PER_MB;
  const text = await register.metrics();
  if (metrics.summary().throughput.total_requests !== STRANGERS) throw new Error('requests were lost');
  return {
    growthMb,
    lines: text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length,
    ns,
  };
}

/** Time of a record, and memory of a million users. */
export async function measureLlm(): Promise<RowOutcome> {
  const records = createRecords();
  const { record } = createLlmMetrics({ register: new Registry() });
  const peer = createPeer();
  for (let round = 0; round < WARM_UPS; round++) {
    nsPerRecord(record, records);
    nsPerRecord(peer, records);
  }
  const own: number[] = [];
  const peers: number[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const ns = nsPerRecord(record, records);
    const peerNs = nsPerRecord(peer, records);
    own.push(ns);
    peers.push(peerNs);
    ratios.push(ns / peerNs);
  }
  const { growthMb, lines, ns } = await measureStrangers();
  return {
    kind: 'measured',
    figures: [
      {
        name: 'record of an LLM request',
        value: median(own),
        unit: 'ns',
        better: 'less',
        must: 5000,
        aim: 2000,
        note: `observe + inc of bare prom-client: ${short(median(peers))} ns`,
      },
      {
        name: 'record, against observe + inc of bare prom-client',
        value: median(ratios),
        unit: 'of its peer',
        better: 'less',
        must: 2,
        aim: 1,
        note: 'all of a record, against one duration and one count',
      },
      {
        name: 'heap after a million requests of a million users',
        value: growthMb,
        unit: 'MB',
        better: 'less',
        must: 20,
        note: `${String(lines)} lines of exposition, ${short(ns)} ns a record`,
      },
    ],
  };
}
