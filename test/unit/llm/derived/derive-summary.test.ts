import { describe, expect, it } from 'vitest';
import type { ByteChunks } from '../../../../src/internal/byte-chunks.js';
import { atOnce } from '../../../../src/internal/turns.js';
import { deriveSummary, type DerivedSummary } from '../../../../src/llm/derived/derive-summary.js';
import type { Summary } from '../../../../src/llm/summary.js';
import type { PresetName } from '../../../../src/views/options.js';

const NOW_MS = 1_700_000_000_500;

/** A body that is handed out in pieces of `pieceBytes`, in memory that serves again for each of them. */
function inPieces(text: string, pieceBytes: number): ByteChunks {
  const bytes = Buffer.from(text);
  return {
    byteLength: bytes.length,
    *[Symbol.iterator]() {
      const memory = Buffer.alloc(pieceBytes);
      for (let from = 0; from < bytes.length; from += pieceBytes) {
        const length = bytes.copy(memory, 0, from, from + pieceBytes);
        yield memory.subarray(0, length);
      }
    },
  };
}

function derive(
  lines: readonly string[],
  preset: PresetName = 'generic',
  pieceBytes = 1 << 20,
  hidden: readonly string[] = [],
): DerivedSummary {
  const body = inPieces(lines.map((line) => `${line}\n`).join(''), pieceBytes);
  return atOnce(
    deriveSummary(body, {
      preset,
      nowMs: NOW_MS,
      perSecond: ({ total }) => total / 2,
      isSelected: (name) => !hidden.includes(name),
    }),
  );
}

function summary(lines: readonly string[], preset?: PresetName): Summary<number | null> {
  return derive(lines, preset).summary;
}

const UNKNOWN: Summary<number | null> = {
  timestamp: 1_700_000_000,
  uptime_seconds: null,
  cache: { cache_hits: null, cache_misses: null, hit_rate: null },
  latency: { p50: null, p95: null, p99: null, count: null },
  memory: { current_mb: null, peak_mb: null, growth_percent: null },
  throughput: { total_requests: null, requests_per_second: null },
};

const LATENCY = 'litellm_request_total_latency_metric';

describe('what a view does not have', () => {
  it.each<[title: string, lines: readonly string[]]>([
    ['an empty view', []],
    ['a view without any series', ['# no series of the target are in this view']],
    [
      'names that are alike',
      [
        'litellm_proxy_total_requests_metric 1',
        'litellm_proxy_total_requests_metric_total_total 1',
        'xlitellm_proxy_total_requests_metric_total 1',
        'litellm_proxy_total_requests_metric_created 1',
        `${LATENCY}_sum 3`,
        `${LATENCY}_count 3`,
        `${LATENCY} 3`,
        'process_resident_memory_byte 1',
      ],
    ],
    [
      'metadata alone',
      [`# HELP ${LATENCY} litellm_cache_hits_metric_total 1`, `# TYPE ${LATENCY} histogram`],
    ],
    [
      'names in the values of labels',
      ['up{a="litellm_cache_hits_metric_total 5",b="} litellm_cache_hits_metric_total 5"} 1'],
    ],
    ['what another preset counts', ['http_requests_total 5', 'vllm:request_success_total 5']],
    [
      'numbers that are none',
      [
        'litellm_proxy_total_requests_metric_total NaN',
        'litellm_cache_hits_metric_total +Inf',
        `${LATENCY}_bucket{le="1"} 1`,
        `${LATENCY}_bucket{le="+Inf"} NaN`,
        'process_resident_memory_bytes NaN',
        'process_start_time_seconds NaN',
      ],
    ],
    [
      'lines that end too soon',
      [
        'litellm_proxy_total_requests_metric_total',
        'litellm_proxy_total_requests_metric_total{team="a"}',
        'litellm_proxy_total_requests_metric_total{team="a',
        'litellm_proxy_total_requests_metric_total{',
        `${LATENCY}_bucket{le=`,
        `${LATENCY}_bucket{le="`,
        `${LATENCY}_bucket{le="+Inf\\`,
        '{"',
      ],
    ],
    [
      'numbers below zero',
      [
        'litellm_proxy_total_requests_metric_total{team="a"} 9',
        'litellm_proxy_total_requests_metric_total{team="b"} -5',
        'litellm_cache_hits_metric_total -3',
        `${LATENCY}_bucket{le="1"} -1`,
        `${LATENCY}_bucket{le="+Inf"} -1`,
        'process_resident_memory_bytes -1',
        'process_start_time_seconds -1',
      ],
    ],
    ['the beginning of time as a start', ['process_start_time_seconds 0']],
    [
      'metrics of another type',
      [
        '# TYPE litellm_proxy_total_requests_metric_total gauge',
        'litellm_proxy_total_requests_metric_total 77',
        '# TYPE litellm_cache_hits_metric_total summary',
        'litellm_cache_hits_metric_total{quantile="0.5"} 3',
        `# TYPE ${LATENCY} gaugehistogram`,
        `${LATENCY}_bucket{le="1"} 1`,
        `${LATENCY}_bucket{le="+Inf"} 1`,
        '# TYPE process_resident_memory_bytes counter',
        'process_resident_memory_bytes 1',
        '# TYPE process_start_time_seconds histogram',
        'process_start_time_seconds 1.6e9',
      ],
    ],
    ['a start in the future', ['process_start_time_seconds 1.70000007e+09']],
  ])('is null: %s', (_title, lines) => {
    expect(summary(lines, 'litellm')).toEqual(UNKNOWN);
  });
});

describe('counters', () => {
  it('add up over all series of the view', () => {
    const { throughput } = summary(
      [
        '# TYPE litellm_proxy_total_requests_metric counter',
        'litellm_proxy_total_requests_metric_total{team="a",note="x} y\\"{ 7"} 5',
        'litellm_proxy_total_requests_metric_total{team="b"} 1e+3 1700000000000',
        'litellm_proxy_total_requests_metric_total 0.5',
      ],
      'litellm',
    );
    expect(throughput).toEqual({ total_requests: 1005.5, requests_per_second: 502.75 });
  });

  it.each<[lines: readonly string[], hits: number, misses: number, rate: number]>([
    [['llm_cache_hits_total{a="1"} 3', 'llm_cache_misses_total{a="1"} 1'], 3, 1, 0.75],
    [['llm_cache_hits_total{a="1"} 3'], 3, 0, 1],
    [['llm_cache_misses_total{a="1"} 3'], 0, 3, 0],
    [['llm_cache_misses_total 0'], 0, 0, 0],
  ])('hits and misses are a pair: %j', (lines, hits, misses, rate) => {
    expect(summary(lines).cache).toEqual({ cache_hits: hits, cache_misses: misses, hit_rate: rate });
  });

  it.each<[lines: readonly string[], hits: number, misses: number | null]>([
    [['litellm_cache_hits_metric_total 3', 'litellm_cache_misses_metric_total 1'], 3, 1],
    [['litellm_cache_hits_metric_total 3'], 3, null],
    [['litellm_cache_misses_metric_total 3'], 0, 3],
  ])('have no rate where only some misses are counted: %j', (lines, hits, misses) => {
    expect(summary(lines, 'litellm').cache).toEqual({
      cache_hits: hits,
      cache_misses: misses,
      hit_rate: null,
    });
  });

  it.each<[title: string, lines: readonly string[], hits: number | null, misses: number | null]>([
    ['misses', ['llm_cache_hits_total 3'], 3, null],
    ['hits', ['llm_cache_misses_total 97'], null, 97],
  ])('are not made up where the view hides them: %s', (title, lines, hits, misses) => {
    const hidden = [`llm_cache_${title}_total`];
    const { cache } = derive(lines, 'generic', 1 << 20, hidden).summary;
    expect(cache).toEqual({ cache_hits: hits, cache_misses: misses, hit_rate: null });
  });

  it('of queries alone are no misses where the view hides the hits', () => {
    const [hits, queries] = ['vllm:prefix_cache_hits_total', 'vllm:prefix_cache_queries_total'];
    expect(derive([`${queries} 100`], 'vllm', 1 << 20, [hits]).summary.cache).toEqual(UNKNOWN.cache);
    expect(derive([`${hits} 90`], 'vllm', 1 << 20, [queries]).summary.cache).toEqual({
      cache_hits: 90,
      cache_misses: null,
      hit_rate: null,
    });
  });

  it.each(['NaN', '+Inf', '-1'])('of which one is %s are no pair', (value) => {
    const others = ['llm_cache_hits_total', 'llm_cache_misses_total'].toReversed();
    for (const [at, name] of ['llm_cache_hits_total', 'llm_cache_misses_total'].entries()) {
      expect(summary([`${name} ${value}`, `${others[at]} 5`]).cache).toEqual(UNKNOWN.cache);
    }
  });

  it('stand for their source: one without a number is not replaced by the next', () => {
    const { throughput } = summary([
      'gen_ai_server_request_duration_seconds_bucket{le="+Inf"} NaN',
      'http_requests_total 7',
    ]);
    expect(throughput).toEqual({ total_requests: null, requests_per_second: null });
  });

  it('count without a type, and beside a metric of another type that is called alike', () => {
    const lines = [
      '# TYPE http_requests gauge',
      'http_requests 3',
      '# TYPE http_requests_total unknown',
      'http_requests_total 7',
      '# TYPE http_requests_total_sum gauge',
    ];
    expect(summary(lines).throughput.total_requests).toBe(7);
    const gauge = ['# TYPE http_requests_total gauge', 'http_requests_total 7'];
    expect(summary(gauge).throughput.total_requests).toBeNull();
    const quoted = '"gen_ai.server.request.duration"';
    const bucket = '{"gen_ai.server.request.duration_bucket",le="+Inf"} 6';
    expect(summary([`# TYPE ${quoted} histogram`, bucket]).latency.count).toBe(6);
    expect(summary([`# TYPE ${quoted} gaugehistogram`, bucket]).latency.count).toBeNull();
  });

  it.each<[lines: readonly string[], hits: number, misses: number, rate: number]>([
    [['vllm:prefix_cache_queries_total 40', 'vllm:prefix_cache_hits_total 10'], 10, 30, 0.25],
    [['vllm:gpu_prefix_cache_queries_total 8', 'vllm:gpu_prefix_cache_hits_total 2'], 2, 6, 0.25],
    [['vllm:prefix_cache_queries_total 40'], 0, 40, 0],
    // Both are read one after the other while they are counted.
    [['vllm:prefix_cache_queries_total 9', 'vllm:prefix_cache_hits_total 10'], 10, 0, 1],
  ])('what was not hit of all queries is a miss: %j', (lines, hits, misses, rate) => {
    expect(summary(lines, 'vllm').cache).toEqual({ cache_hits: hits, cache_misses: misses, hit_rate: rate });
  });
});

describe('latency', () => {
  const series = (labels: string, buckets: Readonly<Record<string, number>>): readonly string[] =>
    Object.entries(buckets).map(([le, count]) => `${LATENCY}_bucket{${labels}le="${le}"} ${count}`);

  it('is in milliseconds, on a line within its bucket', () => {
    const lines = series('', { '0.1': 50, '1.0': 100, '+Inf': 100 });
    expect(summary(lines, 'litellm').latency).toEqual({
      p50: 100,
      p95: expect.closeTo(910, 9),
      p99: expect.closeTo(982, 9),
      count: 100,
    });
  });

  it('has the buckets that every series has, whatever their order and way of writing', () => {
    const lines = [
      ...series('a="1",', { '0.1': 1, '0.5': 2, '1': 4, '+Inf': 4 }),
      `${LATENCY}_sum{a="1"} 9`,
      ...series('a="2",', { '+Inf': 4, '1.0': 4, '0.25': 3, '0.10': 3 }),
      `${LATENCY}_count{a="2"} 4`,
    ];
    // On 0.1 and 1 alone: 4 of 8 up to 0.1, 8 up to 1.
    const { p50, p95, count } = summary(lines, 'litellm').latency;
    expect([p50, p95, count]).toEqual([100, expect.closeTo(100 + 900 * 0.9, 9), 8]);
  });

  it('is the last finite bound beyond it, and 0 of nothing', () => {
    const beyond = summary(series('', { '1': 1, '2.5': 1, '+Inf': 10 }), 'litellm').latency;
    expect(beyond).toEqual({ p50: 2500, p95: 2500, p99: 2500, count: 10 });
    const nothing = summary(series('', { '1': 0, '+Inf': 0 }), 'litellm').latency;
    expect(nothing).toEqual({ p50: 0, p95: 0, p99: 0, count: 0 });
  });

  it('has a count and no quantiles where series have no bound in common, or far too many', () => {
    const apart = [...series('a="1",', { '1': 1, '+Inf': 1 }), ...series('a="2",', { '2': 1, '+Inf': 1 })];
    expect(summary(apart, 'litellm').latency).toEqual({ p50: null, p95: null, p99: null, count: 2 });
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [`${at}.5`, at + 1]));
    const counted = series('', { ...many, '+Inf': 2000 });
    expect(summary(counted, 'litellm').latency).toEqual({ p50: null, p95: null, p99: null, count: 2000 });
  });

  it.each(['NaN', '+Inf', '-1'])('has a count and no quantiles where a bucket holds %s', (value) => {
    const lines = [`${LATENCY}_bucket{le="0.1"} ${value}`, ...series('', { '1': 9, '+Inf': 10 })];
    expect(summary(lines, 'litellm').latency).toEqual({ p50: null, p95: null, p99: null, count: 10 });
  });

  it('knows le from labels that are called alike, and from quotes in names of labels', () => {
    const lines = [
      `${LATENCY}_bucket{ale="9",x="le=\\"7\\"",le="1"} 2`,
      `${LATENCY}_bucket{le="2","né.le"="\\\\",lex="4"} 4`,
      `${LATENCY}_bucket{"a\\"b"="}",le="+Inf",z="5"} 4`,
    ];
    expect(summary(lines, 'litellm').latency).toMatchObject({ p50: 1000, count: 4 });
  });
});

describe('the process', () => {
  it('has the memory of all processes, and is up for as long as the oldest of them', () => {
    const lines = [
      'process_resident_memory_bytes{pid="1"} 1.048576e+06',
      'process_resident_memory_bytes{pid="2"} 2097152',
      'process_start_time_seconds{pid="1"} 1.6999999e+09',
      'process_start_time_seconds{pid="2"} 1.69999999e+09',
    ];
    const { memory, uptime_seconds } = summary(lines, 'vllm');
    expect(memory).toEqual({ current_mb: 3, peak_mb: null, growth_percent: null });
    expect(uptime_seconds).toBe(100.5);
  });

  it('is not up for less than no time, where the clock of the target is ahead', () => {
    expect(summary(['process_start_time_seconds 1.70000003e+09']).uptime_seconds).toBe(0);
  });
});

describe('presets', () => {
  const histogram = (name: string, count: number): readonly string[] => [
    `${name}_bucket{le="1"} ${count}`,
    `${name}_bucket{le="+Inf"} ${count}`,
  ];

  it.each<[preset: PresetName, lines: readonly string[], requests: number, latencies: number | null]>([
    [
      'vllm',
      [
        'vllm:request_success_total{finished_reason="stop"} 4',
        ...histogram('vllm:e2e_request_latency_seconds', 4),
      ],
      4,
      4,
    ],
    ['librechat', ['http_requests_total 7', ...histogram('http_request_duration_seconds', 6)], 7, 6],
    ['generic', ['http_requests_total 7'], 7, null],
    ['generic', ['http_requests_total 7', ...histogram('http_server_request_duration_seconds', 6)], 7, 6],
    ['generic', ['http_requests_total 7', ...histogram('gen_ai_server_request_duration_seconds', 2)], 2, 2],
    [
      'generic',
      [
        ...histogram('gen_ai_client_operation_duration_seconds', 3),
        ...histogram('gen_ai_server_request_duration_seconds', 2),
      ],
      2,
      2,
    ],
    ['generic', histogram('U__gen__ai_2e_client_2e_operation_2e_duration', 5), 5, 5],
    [
      'generic',
      ['1', '+Inf'].map((le) => `{"gen_ai.server.request.duration_bucket",a="}",le="${le}"} 6`),
      6,
      6,
    ],
    ['generic', ['{"http_requests_total",a="b"} 8', '{"http.requests_total"} 9'], 8, null],
  ])('%s: %j', (preset, lines, requests, latencies) => {
    const { throughput, latency } = summary(lines, preset);
    expect([throughput.total_requests, latency.count]).toEqual([requests, latencies]);
  });
});

describe('names that are taken', () => {
  it('are those of families and of samples, as they stand', () => {
    const { taken } = derive([
      '# HELP requests x',
      '# TYPE requests gauge',
      'requests 1',
      'cache_hit_rate{a="cache_hit_total"} 1',
      '# HELP memory_current_m x',
      'request_latency_p50_count 1',
      '# no cache_miss_total',
    ]);
    expect([...taken].toSorted()).toEqual(['cache_hit_rate', 'requests']);
  });
});

describe('a body in pieces', () => {
  it('gives the same, wherever it is cut', () => {
    const lines = [
      '# TYPE litellm_proxy_total_requests_metric counter',
      'litellm_proxy_total_requests_metric_total{team="ä"} 5',
      '# TYPE requests gauge',
      'requests 3',
      `${LATENCY}_bucket{le="1"} 3`,
      `${LATENCY}_bucket{le="+Inf"} 3`,
      'process_resident_memory_bytes 1048576',
    ];
    const whole = derive(lines, 'litellm');
    for (let size = 1; size < 200; size += 1) expect(derive(lines, 'litellm', size)).toEqual(whole);
  });

  it('is read in slices, between which others have their turn', () => {
    const body = inPieces('up{a="b"} 1\n'.repeat(100_000), 1 << 24);
    const work = deriveSummary(body, {
      preset: 'generic',
      nowMs: NOW_MS,
      perSecond: () => null,
      isSelected: () => true,
    });
    let slices = 0;
    while (work.next().done !== true) slices += 1;
    expect(slices).toBeGreaterThanOrEqual(body.byteLength / (64 * 1024) - 1);
  });
});
