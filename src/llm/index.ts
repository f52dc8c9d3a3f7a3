// The public API of `scrapegate/llm`: every name that may be relied upon, one by one.

export { ScrapegateError } from '../errors.js';
export type { ErrorCode, Problem } from '../errors.js';
export type { Clock, Timer } from '../internal/clock.js';
export type { ExpositionFormat, Family } from '../exposition/model.js';
export { createLlmMetrics } from './llm-metrics.js';
export type { LlmMetrics, MeasureCall, MeasureStream, OutcomeOf } from './llm-metrics.js';
export type { LlmCall } from './call.js';
export type { LlmStreamOptions } from './measured-stream.js';
export type { IdentityMode, LlmMetricsOptions, MetricsRegistry, RegistryMetric } from './options.js';
export type { LlmOperation, LlmOutcome, LlmRecord, LlmRequest } from './records.js';
export type { IdentityLabel, LlmLabel } from './conventions.js';
export type { MemoryUse } from './process-memory.js';
export { BYTES_PER_MB, summaryExposition, summaryFamilies } from './summary.js';
export type { LlmSummary, Summary } from './summary.js';
