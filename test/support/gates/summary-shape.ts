// The members of the JSON summary: which there are, and that each is a number or null.

/** The members of a summary, in any order; without a text those that it has to have. */
export function summaryShape(text?: string): unknown {
  const given: unknown =
    text === undefined
      ? {
          timestamp: 0,
          uptime_seconds: 0,
          cache: { cache_hits: 0, cache_misses: 0, hit_rate: 0 },
          latency: { p50: 0, p95: 0, p99: 0, count: 0 },
          memory: { current_mb: 0, peak_mb: 0, growth_percent: 0 },
          throughput: { total_requests: 0, requests_per_second: 0 },
        }
      : JSON.parse(text);
  return shapeOf(given);
}

function shapeOf(value: unknown): unknown {
  if (value === null || typeof value === 'number') return 'number or null';
  if (typeof value !== 'object') return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shapeOf(member)]));
}
