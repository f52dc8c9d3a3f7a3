// The default preset: rules by label name alone, because forks rename metrics far more often than labels.

import type { Preset } from './preset.js';

/** Labels that name a person, an account, a key or a session, in the spellings that gateways use. */
const IDENTITIES = [
  'user',
  'user_id',
  'user_email',
  'user_alias',
  'user_name',
  'username',
  'end_user',
  'end_user_id',
  'customer',
  'customer_*',
  'email',
  'e_mail',
  'email_address',
  'mail',
  'full_name',
  'display_name',
  'phone',
  'phone_number',
  'login',
  'principal',
  'initiator_id',
  'account',
  'account_*',
  'session',
  'session_id',
  'conversation_id',
];

/** Labels that hold a key, its hash or the name that its owner gave it. */
const KEYS = [
  'api_key_alias',
  'hashed_api_key',
  'api_key',
  'api_key_*',
  'key_name',
  'key_id',
  'key_alias',
  'token',
  'virtual_key_*',
  'selected_key_*',
];

/** Labels that hold the name of a company or a department. */
const ORGANISATIONS = [
  'team_alias',
  'team_name',
  'org_alias',
  'org_name',
  'tenant_name',
  'business_unit_name',
  'project_name',
];

/** Labels whose value comes from the client's own request. */
const CLIENT_METADATA = ['metadata_*', 'llm_gateway_metadata_*'];

/** Labels that say where a client is, or with what: of no use in a metric, and without bound. */
const CLIENTS = [
  'client_ip',
  'client_address',
  'requester_ip_address',
  'remote_addr',
  'remote_ip',
  'source_ip',
  'ip_address',
  'x_forwarded_for',
  'user_agent',
  'useragent',
];

/** The rules of every preset of an AI gateway. */
export const GENERIC: Preset = {
  groups: [
    { subject: 'client addresses and user agents', action: 'drop', labels: CLIENTS },
    { subject: 'people, accounts and sessions', action: 'pseudonymise', labels: IDENTITIES },
    { subject: 'keys, their hashes and their names', action: 'pseudonymise', labels: KEYS },
    { subject: 'names of companies and teams', action: 'pseudonymise', labels: ORGANISATIONS },
    { subject: 'metadata that clients send', action: 'pseudonymise', labels: CLIENT_METADATA },
  ],
  gauges: [],
  placeholders: ['', 'None', 'none', 'null', 'undefined', 'unknown', 'anonymous', 'other', '__other__'],
};
