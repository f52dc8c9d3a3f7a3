// Labels as real software spells them, and what the presets make of each: through the whole view, one row a name.

import { describe, expect, test } from 'vitest';
import { compileGlobs } from '../../../src/views/glob.js';
import { normaliseLabelName } from '../../../src/views/label-name.js';
import type { PresetName } from '../../../src/views/options.js';
import { PRESET_NAMES, PRESETS } from '../../../src/views/presets.js';
import { rendererOf } from '../../support/views.js';

type Fate = 'kept' | 'pseudonymised' | 'dropped';

/** What a view makes of a label; by default its value is one that no detector knows. */
function fateOf(label: string, preset: PresetName, value = 'plain words'): Fate {
  const input = `# TYPE calls_total counter\ncalls_total{${label}="${value}"} 1\n`;
  const result = rendererOf({ preset }).render(new TextEncoder().encode(input), 'text', 0);
  if (!result.ok) throw new Error(`line ${String(result.error.line)}: ${result.error.reason}`);
  const line = new TextDecoder().decode(result.value.body).split('\n')[1] ?? '';
  if (line === 'calls_total 1') return 'dropped';
  if (line.includes(`"${value}"`)) return 'kept';
  expect(line).toMatch(/="p_[a-z2-7]{26}"\} 1$/);
  return 'pseudonymised';
}

const IDENTITIES: Readonly<Record<string, string>> = {
  'LiteLLM, its forks and callbacks': `
    user user_id user_email user_alias user_name username end_user end_user_id customer customer_id email
    hashed_api_key api_key api_key_alias api_key_name key_name key_id key_alias team_alias org_alias
    project_alias user_api_key user_api_key_hash user_api_key_alias user_api_key_user_id
    user_api_key_end_user_id user_api_key_team_alias user_api_key_team_id litellm_user litellm_session_id
    metadata_project metadata_user_id metadata_requester requester_metadata_user request_metadata_x session
    session_id account`,
  'other gateways': `
    initiator_id initiator_name virtual_key virtual_key_id virtual_key_name selected_key_id selected_key_name
    customer_name team_name business_unit_name project_name tenant_name llm_gateway_metadata_team consumer
    ai_consumer x_consumer_username x_consumer_custom_id x_consumer_id token_name token_id key workspace
    workspace_name`,
  OpenTelemetry: `
    user_id user_name user_full_name user_hash user_email user_roles enduser_id enduser_pseudo_id
    gen_ai_conversation_id session_id session_previous_id process_owner http_request_header_x_team gen_ai_user`,
  'people in plain words': `
    users end_users enduser enduser_id userid useremail x_user_email user_full_name user_hash uid sub subject
    caller caller_id requester requester_id owner owner_id created_by updated_by requested_by author first_name
    last_name given_name family_name full_name display_name firstname lastname client client_id client_name
    phone phone_number login principal e_mail email_address mail email_domain x_forwarded_user
    x_forwarded_email x_auth_request_user remote_user preferred_username employee_id`,
  'keys and tokens': `
    key_hash token_hash hashed_token hashed_key email_hash session_hash apikey apikey_name x_api_key
    authorization proxy_authorization access_token auth_token refresh_token bearer_token token master_key
    provider_key_name credential_name password cookie set_cookie`,
  'sessions and conversations': `
    thread_id conversation_id chat_id x_session_id mcp_session_id chatgpt_account_id account_name`,
  organisations: `
    tenant x_tenant org org_name organization organization_name organisation organisation_name workspace
    project business_unit company company_name department tenant_alias organization_alias`,
  'spellings of the same': `
    user__email end__user _user user_email_ __user__ User_Email userEmail userEmailHash USER_ID user_dot_email
    tenant_dot_name U__end_5f_user`,
};

const CLIENTS: Readonly<Record<string, string>> = {
  'user agents': `
    user_agent useragent user_agent_original user_agent_name http_user_agent client_user_agent userAgentString
    User_Agent user__agent http_request_header_user_agent`,
  addresses: `
    client_ip client_address requester_ip_address remote_addr remote_address remote_ip remote_host source_ip
    source_address ip_address x_forwarded_for x_real_ip http_client_ip true_client_ip cf_connecting_ip
    client_host client_hostname client_socket_address network_peer_address net_peer_ip net_sock_peer_addr
    peer_ip user_ip caller_ip clientIp client_ip_hash`,
};

const KEPT: Readonly<Record<string, string>> = {
  LiteLLM: `
    team team_id org_id model model_id model_name model_group model_alias model_group_alias requested_model
    fallback_model litellm_model_name api_provider api_base status_code exception_status exception_class
    rate_limit_category rate_limit_type route stream reason status error_type hook_type purpose file_type
    result service_tier tag tag_batch guardrail_name callback_name mcp_server_name mcp_tool_name pid
    function_name error_class`,
  'other gateways': `
    tenant_id project_id workspace_id organization_id business_unit_id provider method path routing_rule_id
    routing_rule_name fallback_index number_of_retries cache_type cache_status ai_provider ai_model vector_db
    embeddings_provider embeddings_model request_mode token_type service direction node_id upstream target
    subsystem shared_dict kong_subsystem matched_uri matched_host node request_type request_llm_model llm_model
    upstream_addr ai_route ai_cluster config_name source`,
  'inference servers': `
    engine engine_type tp_rank pp_rank dp_rank name priority finished_reason finish_reason position cache_dtype
    block_size num_gpu_blocks version gpu_uuid max_lora err endpoint function forward_mode ReplicaId WorkerId
    JobId NodeAddress deployment application Component`,
  LibreChat: `
    tool_name api_endpoint provider endpoint operation collection`,
  Envoy: `
    envoy_cluster_name envoy_response_code envoy_response_code_class envoy_http_conn_manager_prefix
    envoy_listener_address envoy_worker_id envoy_virtual_cluster envoy_virtual_host envoy_route ai_backend
    source_workload destination_workload source_app destination_service response_flags
    connection_security_policy`,
  OpenTelemetry: `
    server_address server_port net_peer_name network_peer_port network_local_address network_protocol_name
    http_request_method http_response_status_code http_route url_scheme error_type gen_ai_operation_name
    gen_ai_provider_name gen_ai_request_model gen_ai_response_model gen_ai_token_type gen_ai_system
    gen_ai_tool_name gen_ai_agent_name service_name service_instance_id otel_scope_name telemetry_sdk_language
    host_name k8s_pod_uid cloud_account_id deployment_environment_name messaging_consumer_group_name
    feature_flag_key peer_service process_pid`,
  'client libraries': `
    handler code le quantile cause generation implementation major minor patchlevel kind space type job
    instance exported_job`,
  Prometheus: `
    scrape_job rule_group remote_name url slice dialer_name listener_name call config event interval role
    mechanism alertmanager queue`,
  node_exporter: `
    device mountpoint fstype mode cpu interface address broadcast duplex ifalias operstate collector chip
    sensor state nodename machine release sysname domainname bios_vendor product_name time_zone seat class`,
  'kube-state-metrics': `
    namespace pod container phase condition resource unit owner_kind owner_is_controller created_by_kind
    host_network priority_class image image_id container_id secret configmap persistentvolumeclaim storageclass
    provider_id kernel_version os_image system_uuid service_account effect value lease_holder reason`,
  'kinds, not people or keys': `
    user_role user_type key_type keyspace routing_key tokenizer token_count max_tokens consumer_group
    consumergroup auth_method auth_type monitor`,
};

/** Names that other software uses for something harmless; hidden all the same, because a gateway would mean a person or key. */
const HIDDEN_TO_BE_SAFE = `
    uid owner_name created_by_name key SessionName client_id network_peer_address consumer_id workspace project
    subject`;

function namesOf(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

describe.each(['generic', 'litellm'] as const)('preset %s', (preset) => {
  describe.each(Object.entries(IDENTITIES))('pseudonymises: %s', (_, names) => {
    test.each(namesOf(names))('%s', (label) => {
      expect(fateOf(label, preset)).toBe('pseudonymised');
    });
  });

  describe.each(Object.entries(CLIENTS))('drops: %s', (_, names) => {
    test.each(namesOf(names))('%s', (label) => {
      expect(fateOf(label, preset)).toBe('dropped');
    });
  });

  describe.each(Object.entries(KEPT))('keeps: %s', (_, names) => {
    test.each(namesOf(names))('%s', (label) => {
      expect(fateOf(label, preset)).toBe('kept');
    });
  });

  test.each(namesOf(HIDDEN_TO_BE_SAFE))('hides to be safe: %s', (label) => {
    expect(fateOf(label, preset)).not.toBe('kept');
  });
});

describe('preset vllm', () => {
  test.each(['lora_name', 'running_lora_adapters', 'waiting_lora_adapters', 'end_user'])(
    'hides %s',
    (label) => {
      expect(fateOf(label, 'vllm')).toBe('pseudonymised');
    },
  );
});

describe('preset librechat', () => {
  test.each(['id', 'email_domain', 'agent', 'assistant', 'toolId', 'fileId', 'end_user'])(
    'hides %s',
    (label) => {
      expect(fateOf(label, 'librechat')).toBe('pseudonymised');
    },
  );
});

describe.each(PRESET_NAMES)('every preset: %s', (preset) => {
  const { groups } = PRESETS[preset];
  const kept = groups.filter(({ action }) => action === 'keep').flatMap(({ labels }) => labels);
  const hidden = groups.filter(({ action }) => action !== 'keep').flatMap(({ labels }) => labels);

  // A glob that keeps could show what a later rule hides.
  test('keeps by whole names alone, and only what a rule would hide', () => {
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.filter((label) => /[*?]/.test(label) || !compileGlobs(hidden)(label))).toEqual([]);
  });

  test.each(kept)('lets the detectors look at %s', (label) => {
    expect(fateOf(label, preset, 'anna@acme.example')).toBe('pseudonymised');
  });

  test('has no rule that one before it makes idle', () => {
    const idle = hidden.filter((label, index) => compileGlobs(hidden.slice(0, index))(label));
    expect(idle).toEqual([]);
  });

  test('writes its rules as names are compared', () => {
    expect(hidden.filter((label) => normaliseLabelName(label) !== label)).toEqual([]);
  });
});
