// The metrics of LLM requests: names, labels, units and buckets, in one table.
// `gen_ai_*`: OpenTelemetry semantic conventions for generative AI metrics (status: development), in the form that
// Prometheus gives them: dots become underscores, the unit is a suffix, `{token}` is none. `llm_*`: what they lack.

/** What a label of a request says; also the name of its member in a record. */
export type LlmLabel =
  'operation' | 'provider' | 'requestModel' | 'responseModel' | 'errorType' | 'tenant' | 'user' | 'key';

/** The labels that say for whom a request was made. */
export type IdentityLabel = 'tenant' | 'user' | 'key';

/** Label names in the registry. */
export const LABEL_NAMES: Readonly<Record<LlmLabel, string>> = {
  operation: 'gen_ai_operation_name',
  provider: 'gen_ai_provider_name',
  requestModel: 'gen_ai_request_model',
  responseModel: 'gen_ai_response_model',
  errorType: 'error_type',
  tenant: 'tenant',
  user: 'user',
  key: 'key',
};

/** Input or output, as the conventions call them. */
export const TOKEN_TYPE_LABEL = 'gen_ai_token_type';
/** The label of what could not be recorded as it came. */
export const FIELD_LABEL = 'field';

/** Stands for values beyond a bound, and for those that are no names. */
export const OTHER_VALUE = '__other__';

/** One metric. */
export interface MetricDefinition {
  readonly name: string;
  readonly type: 'histogram' | 'counter';
  readonly help: string;
  /** What is counted: `seconds`, `tokens`, … */
  readonly unit: string;
  readonly labels: readonly string[];
  /** Upper bounds, without the last one, which is infinite; of a histogram. */
  readonly buckets: readonly number[];
}

/** Histograms by what the code calls them. */
export type HistogramId = 'duration' | 'tokens' | 'firstToken' | 'perToken';

/** Counters by what the code calls them. */
export type CounterId =
  | 'cachedTokens'
  | 'reasoningTokens'
  | 'cacheHits'
  | 'cacheMisses'
  | 'cost'
  | 'identityRequests'
  | 'identityTokens'
  | 'identityCost'
  | 'overflowedValues'
  | 'refusedValues'
  | 'failures';

/** Every metric. */
export type MetricId = HistogramId | CounterId;

const REQUEST_LABELS = [
  LABEL_NAMES.operation,
  LABEL_NAMES.provider,
  LABEL_NAMES.requestModel,
  LABEL_NAMES.responseModel,
  LABEL_NAMES.tenant,
];
const IDENTITY_LABELS = [LABEL_NAMES.tenant, LABEL_NAMES.user, LABEL_NAMES.key];

function histogram(
  name: string,
  unit: string,
  help: string,
  buckets: readonly number[],
  labels: readonly string[] = REQUEST_LABELS,
): MetricDefinition {
  return { name, type: 'histogram', help, unit, labels, buckets };
}

function counter(
  name: string,
  unit: string,
  help: string,
  labels: readonly string[] = REQUEST_LABELS,
): MetricDefinition {
  return { name, type: 'counter', help, unit, labels, buckets: [] };
}

/** Every metric, in the order in which it is registered. */
export const METRICS: Readonly<Record<MetricId, MetricDefinition>> = {
  duration: histogram(
    'gen_ai_server_request_duration_seconds',
    'seconds',
    'Time from the request to the last byte or token of its answer.',
    [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
    [...REQUEST_LABELS, LABEL_NAMES.errorType],
  ),
  tokens: histogram(
    'gen_ai_client_token_usage',
    'tokens',
    'Input and output tokens of a request.',
    [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
    [...REQUEST_LABELS, TOKEN_TYPE_LABEL],
  ),
  firstToken: histogram(
    'gen_ai_server_time_to_first_token_seconds',
    'seconds',
    'Time from the request to the first token of its answer, of streams that succeeded.',
    [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
  ),
  perToken: histogram(
    'gen_ai_server_time_per_output_token_seconds',
    'seconds',
    'Mean time of an output token after the first one, of streams that succeeded.',
    [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5],
  ),
  cachedTokens: counter(
    'llm_cached_input_tokens_total',
    'tokens',
    'Input tokens that the provider read from its prompt cache; they are among the input tokens.',
  ),
  reasoningTokens: counter(
    'llm_reasoning_output_tokens_total',
    'tokens',
    'Output tokens spent on reasoning; they are among the output tokens.',
  ),
  cacheHits: counter('llm_cache_hits_total', 'requests', 'Requests answered from the cache of the server.'),
  cacheMisses: counter(
    'llm_cache_misses_total',
    'requests',
    'Requests that the cache of the server was asked for in vain.',
  ),
  cost: counter('llm_cost_usd_total', 'US dollars', 'What requests cost.'),
  identityRequests: counter(
    'llm_identity_requests_total',
    'requests',
    'Requests by user and key.',
    IDENTITY_LABELS,
  ),
  identityTokens: counter('llm_identity_tokens_total', 'tokens', 'Input and output tokens by user and key.', [
    ...IDENTITY_LABELS,
    TOKEN_TYPE_LABEL,
  ]),
  identityCost: counter(
    'llm_identity_cost_usd_total',
    'US dollars',
    'What requests cost, by user and key.',
    IDENTITY_LABELS,
  ),
  overflowedValues: counter(
    'llm_overflowed_values_total',
    'values',
    'Values counted as __other__, by member of the record; series: requests of a group without lines left.',
    [FIELD_LABEL],
  ),
  refusedValues: counter(
    'llm_refused_values_total',
    'values',
    'Numbers and outcomes that were not recorded because they can be none, by member of the record.',
    [FIELD_LABEL],
  ),
  failures: counter(
    'llm_recording_failures_total',
    'records',
    'Records that could not be read, and functions given to the library that threw or gave a promise.',
    [],
  ),
};
