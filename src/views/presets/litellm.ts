// LiteLLM's proxy: the labels are the generic ones; its gauges and its own placeholders are known by name.

import type { Preset } from './preset.js';
import { GENERIC } from './generic.js';

/** LiteLLM as it has been since 1.80, single process and multiprocess. */
export const LITELLM: Preset = {
  groups: GENERIC.groups,
  gauges: [
    // What is left of a budget or a limit: several workers each know a part, the smallest is the latest.
    ['litellm_remaining_*', 'min'],
    ['litellm_provider_remaining_budget_metric', 'min'],
    ['litellm_*_budget_remaining_hours_metric', 'min'],
    // Configured limits and counts of things: the same number from every worker.
    ['litellm_*_max_budget_metric', 'max'],
    ['litellm_*_rate_limit_allowed_metric', 'max'],
    ['litellm_*_rate_limit_used_metric', 'max'],
    ['litellm_deployment_tpm_limit', 'max'],
    ['litellm_deployment_rpm_limit', 'max'],
    ['litellm_team_members_metric', 'max'],
    ['litellm_total_users', 'max'],
    ['litellm_teams_count', 'max'],
    ['litellm_active_users', 'max'],
    ['litellm_team_*_users', 'max'],
    ['litellm_spend_capture_rate', 'min'],
    // 0 healthy, 1 partial outage, 2 complete outage: the worst that any series says.
    ['litellm_deployment_state', 'max'],
    ['litellm_check_batch_cost_last_run_timestamp', 'max'],
    // What is under way or waiting, each worker its own share.
    ['litellm_deployment_in_progress_requests', 'sum'],
    ['litellm_in_flight_requests', 'sum'],
    ['litellm_admission_*_requests', 'sum'],
    ['litellm_check_batch_cost_jobs_polled', 'sum'],
    ['litellm_pod_lock_manager_size', 'sum'],
    ['litellm_*_queue_size', 'sum'],
    ['litellm_managed_file_size_bytes', 'max'],
  ],
  placeholders: [
    ...GENERIC.placeholders,
    'default_user_id',
    'litellm-internal-health-check',
    'litellm_proxy_master_key',
  ],
  // `user` is the owner of a key, unless `user_header_mappings` lets clients name one: no link by default.
  membership: {
    links: ['hashed_api_key'],
    witnesses: ['api_key_alias', 'user', 'user_email', 'user_alias', 'org_id'],
  },
};
