// Which metrics of a target say what a summary asks for, by preset. Data alone.
// The names are those of LiteLLM's prometheus integration, vLLM's V1 engine, LibreChat's own endpoint, the OpenTelemetry
// conventions for generative AI and for HTTP, and this library (conventions.ts), as their samples are called.

import type { PresetName } from '../../views/options.js';

/** A counter, by the name of its samples. */
export interface CounterSource {
  readonly kind: 'counter';
  readonly name: string;
}

/** A classic histogram, by the name of its family. */
export interface HistogramSource {
  readonly kind: 'histogram';
  readonly name: string;
  /** What one of its unit is, in milliseconds. */
  readonly unitMs: number;
}

/** Two counters that belong together. Hits that are not there are none, where the other counter is. */
export interface CacheSource {
  readonly hits: string;
  readonly others: {
    readonly name: string;
    /** What was not in the cache, or all that it was asked for. */
    readonly are: 'misses' | 'queries';
    /**
     * Whether every one is counted, so that none are where the counter is not there. Where only some are, there is no
     * rate.
     */
    readonly counted: 'all' | 'some';
  };
}

/** Where the numbers of a summary come from. Of each list the first one that a view has counts. */
export interface SummarySources {
  /** Of a histogram it is the count. */
  readonly requests: readonly (CounterSource | HistogramSource)[];
  readonly latency: readonly HistogramSource[];
  readonly cache: readonly CacheSource[];
}

/** Resident memory of a process in bytes; a gauge of every client library. */
export const MEMORY_GAUGE = 'process_resident_memory_bytes';
/** When a process began, in seconds of Unix time; a gauge of every client library. */
export const START_GAUGE = 'process_start_time_seconds';

const MS_PER_SECOND = 1000;

function counter(name: string): CounterSource {
  return { kind: 'counter', name };
}

function seconds(name: string): HistogramSource {
  return { kind: 'histogram', name, unitMs: MS_PER_SECOND };
}

function hitsAndMisses(
  hits: string,
  misses: string,
  counted: CacheSource['others']['counted'] = 'all',
): CacheSource {
  return { hits, others: { name: misses, are: 'misses', counted } };
}

function hitsAndQueries(hits: string, queries: string): CacheSource {
  return { hits, others: { name: queries, are: 'queries', counted: 'all' } };
}

/** As a server measures it, then as its client does; with the names of the conventions where they were kept as they are. */
const GEN_AI: readonly HistogramSource[] = [
  'gen_ai_server_request_duration_seconds',
  'gen_ai.server.request.duration_seconds',
  'gen_ai.server.request.duration',
  'gen_ai_client_operation_duration_seconds',
  'gen_ai.client.operation.duration_seconds',
  'gen_ai.client.operation.duration',
].map(seconds);

const HTTP: readonly HistogramSource[] = [
  'http_server_request_duration_seconds',
  'http_request_duration_seconds',
].map(seconds);

/** By preset. */
export const SUMMARY_SOURCES: Readonly<Record<PresetName, SummarySources>> = {
  litellm: {
    requests: [counter('litellm_proxy_total_requests_metric_total')],
    latency: [seconds('litellm_request_total_latency_metric')],
    // Of the misses LiteLLM 1.106 counts those of streamed answers alone.
    cache: [hitsAndMisses('litellm_cache_hits_metric_total', 'litellm_cache_misses_metric_total', 'some')],
  },
  vllm: {
    requests: [counter('vllm:request_success_total')],
    latency: [seconds('vllm:e2e_request_latency_seconds')],
    cache: [
      hitsAndQueries('vllm:prefix_cache_hits_total', 'vllm:prefix_cache_queries_total'),
      hitsAndQueries('vllm:gpu_prefix_cache_hits_total', 'vllm:gpu_prefix_cache_queries_total'),
    ],
  },
  librechat: {
    requests: [counter('http_requests_total')],
    latency: [seconds('http_request_duration_seconds')],
    cache: [],
  },
  generic: {
    requests: [...GEN_AI, counter('http_requests_total'), ...HTTP],
    latency: [...GEN_AI, ...HTTP],
    cache: [hitsAndMisses('llm_cache_hits_total', 'llm_cache_misses_total')],
  },
};
