// The families of a workload: names, types, label sets and their order as LiteLLM's proxy exposes them.
// HELP texts are our own.

import type { Level } from './population.js';

/** A family of series. */
export interface FamilyShape {
  /** As in its TYPE line. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /** Label names in the order in which they are written; `le` has its place among them. */
  readonly labels: readonly string[];
  /** What there is one series of. */
  readonly level: Level;
  /** The part of them that has one. */
  readonly part: number;
  /** The client exposes when each series began, as a gauge family of its own behind this one. */
  readonly hasCreated: boolean;
}

const KEY = ['api_key_alias', 'hashed_api_key'];
const TEAM = ['team', 'team_alias'];
const ORGANISATION = ['org_alias', 'org_id'];
const CALL = [...KEY, ...TEAM, 'api_provider', 'end_user', 'model_id', 'requested_model', 'user'];
const CALLER = [...CALL, ...ORGANISATION, 'user_email'];
const LATENCY = [...CALL, ...ORGANISATION, 'le', 'model'];
const DEPLOYMENT = ['api_base', 'api_provider', 'litellm_model_name', 'model_id'];
const DEPLOYMENT_CALL = [...DEPLOYMENT, ...KEY, ...TEAM, 'client_ip', 'requested_model', 'user_agent'];
const SOURCE = ['client_ip', 'user_agent'];
const FAILURE = ['exception_class', 'exception_status'];

/** Callers that have failed once. */
const FAILING = 0.2;

function family(
  type: FamilyShape['type'],
  level: Level,
  name: string,
  labels: readonly string[],
  more: { readonly part?: number; readonly help?: string } = {},
): FamilyShape {
  const help = more.help ?? `${name.replace(/^litellm_/, '').replaceAll('_', ' ')}, by its labels`;
  const { part = 1 } = more;
  return {
    name,
    type,
    help,
    labels: labels.toSorted(),
    level,
    part,
    hasCreated: type !== 'gauge' && level !== 'process',
  };
}

/** Every family in its order. */
export const FAMILIES: readonly FamilyShape[] = [
  family('gauge', 'process', 'process_virtual_memory_bytes', []),
  family('gauge', 'process', 'process_resident_memory_bytes', []),
  family('counter', 'process', 'process_cpu_seconds_total', []),
  family('gauge', 'process', 'process_open_fds', []),
  family(
    'counter',
    'caller',
    'litellm_proxy_failed_requests_metric_total',
    [...CALLER, ...SOURCE, ...FAILURE, 'route'],
    { part: FAILING },
  ),
  family('counter', 'caller', 'litellm_proxy_total_requests_metric_total', [
    ...CALLER,
    ...SOURCE,
    'route',
    'status_code',
  ]),
  family('histogram', 'caller', 'litellm_request_total_latency_metric', LATENCY),
  family('histogram', 'caller', 'litellm_llm_api_latency_metric', LATENCY),
  family('histogram', 'caller', 'litellm_llm_api_time_to_first_token_metric', LATENCY),
  family('counter', 'caller', 'litellm_spend_metric_total', [...CALLER, ...SOURCE, 'model', 'service_tier']),
  family('counter', 'caller', 'litellm_total_tokens_metric_total', [...CALLER, 'model']),
  family('counter', 'caller', 'litellm_input_tokens_metric_total', [...CALLER, 'model']),
  family('counter', 'caller', 'litellm_output_tokens_metric_total', [...CALLER, 'model']),
  family('counter', 'caller', 'litellm_input_cached_tokens_metric_total', [...CALL, 'model', 'user_email'], {
    part: 0.4,
  }),
  family('gauge', 'team', 'litellm_remaining_team_budget_metric', TEAM),
  family('gauge', 'team', 'litellm_team_max_budget_metric', TEAM),
  family('gauge', 'organisation', 'litellm_remaining_org_budget_metric', ORGANISATION),
  family('gauge', 'key', 'litellm_remaining_api_key_budget_metric', KEY),
  family('gauge', 'key', 'litellm_api_key_max_budget_metric', KEY),
  family('gauge', 'user', 'litellm_remaining_user_budget_metric', ['user']),
  family('gauge', 'user', 'litellm_user_max_budget_metric', ['user']),
  family('gauge', 'pairing', 'litellm_remaining_api_key_requests_for_model', [...KEY, 'model', 'model_id']),
  family('gauge', 'pairing', 'litellm_remaining_api_key_tokens_for_model', [...KEY, 'model', 'model_id']),
  family('gauge', 'pairing', 'litellm_remaining_requests_metric', [...DEPLOYMENT, ...KEY, 'model_group']),
  family('gauge', 'pairing', 'litellm_remaining_tokens_metric', [...DEPLOYMENT, ...KEY, 'model_group']),
  family('histogram', 'pairing', 'litellm_overhead_latency_metric', [
    ...DEPLOYMENT,
    ...KEY,
    'le',
    'model_group',
  ]),
  family('histogram', 'caller', 'litellm_request_queue_time_seconds', LATENCY),
  family('gauge', 'deployment', 'litellm_deployment_state', DEPLOYMENT),
  family('counter', 'caller', 'litellm_deployment_success_responses_total', DEPLOYMENT_CALL),
  family(
    'counter',
    'caller',
    'litellm_deployment_failure_responses_total',
    [...DEPLOYMENT_CALL, ...FAILURE],
    {
      part: FAILING,
    },
  ),
  family('counter', 'caller', 'litellm_deployment_total_requests_total', DEPLOYMENT_CALL),
  family('histogram', 'pairing', 'litellm_deployment_latency_per_output_token', [
    ...DEPLOYMENT,
    ...KEY,
    ...ORGANISATION,
    ...TEAM,
    'le',
  ]),
  family(
    'counter',
    'caller',
    'litellm_llm_api_failed_requests_metric_total',
    [...KEY, ...TEAM, 'end_user', 'model', 'model_id', 'user'],
    { part: FAILING },
  ),
  family('counter', 'caller', 'litellm_requests_metric_total', [...CALLER, ...SOURCE, 'model']),
  family('gauge', 'process', 'litellm_total_users', []),
  family('gauge', 'process', 'litellm_in_flight_requests', []),
];
