// The default preset: rules by label name alone, because forks rename metrics far more often than labels.
// A name that may mean a person or a key is hidden even where it often means something else: a pseudonym still
// groups, and `reveal` brings back what is needed.

import type { Preset } from './preset.js';

/** Whole names alone: what a glob below would hide, and what says nothing about anybody. */
const HARMLESS = [
  'user_role',
  'user_type',
  'key_type',
  'keyspace',
  'routing_key',
  'feature_flag_key',
  'model_alias',
  'model_group_alias',
  'cloud_account_id',
];

/** Labels that say where a client is, or with what: of no use in a metric, and without bound. */
export const CLIENTS: readonly string[] = [
  '*user_agent*',
  '*useragent*',
  '*client_ip*',
  '*client_*addr*',
  'client_host*',
  '*remote_ip*',
  '*remote_addr*',
  '*remote_host*',
  '*peer_ip*',
  '*peer_addr*',
  'source_ip*',
  'source_addr*',
  '*requester_ip*',
  '*caller_ip*',
  '*user_ip*',
  'ip_addr*',
  '*forwarded_for*',
  '*real_ip',
  '*connecting_ip',
];

/** Labels that name a person, or a program on behalf of one. */
const PEOPLE = [
  '*user*',
  '*customer*',
  '*email*',
  'e_mail*',
  'mail',
  '*consumer',
  '*consumer_id',
  '*consumer_name',
  '*consumer_custom_id',
  'client',
  '*client_id',
  '*client_name',
  'caller',
  'caller_*',
  '*requester*',
  'initiator*',
  'owner',
  '*_owner',
  'owner_id',
  'owner_name',
  'created_by',
  'created_by_id',
  'created_by_name',
  'updated_by',
  'requested_by',
  'author',
  'employee*',
  'principal',
  'principal_*',
  'subject',
  'sub',
  'uid',
  'upn',
  'login',
  '*_login',
  'phone*',
  '*_phone',
  'first_name',
  'firstname',
  'last_name',
  'lastname',
  'full_name',
  'fullname',
  'given_name',
  'family_name',
  'display_name',
  'nickname',
];

/** Labels that follow one person through many requests. */
export const SESSIONS: readonly string[] = [
  'account',
  'account_*',
  '*_account_id',
  '*session*',
  '*conversation*',
  '*thread_id',
  '*chat_id',
];

/** Labels that hold a key or token, its hash, or the name that its owner gave it. */
const KEYS = [
  'key*',
  '*_key*',
  '*apikey*',
  'hashed_*',
  '*token',
  '*token_hash',
  '*token_id',
  '*token_name',
  '*authorization',
  '*credential*',
  '*password*',
  '*cookie*',
];

/** Labels that hold the name of a company or a department. Their identifiers, such as `org_id`, are kept. */
const ORGANISATIONS = [
  '*_alias',
  '*team_name',
  'org',
  '*org_name',
  '*organization',
  '*organization_name',
  '*organisation',
  '*organisation_name',
  '*tenant',
  '*tenant_name',
  '*workspace',
  '*workspace_name',
  'project',
  '*project_name',
  'business_unit',
  'business_unit_name',
  'company',
  'company_name',
  'department',
  'department_name',
];

/** Labels whose value comes from the client's own request. */
export const CLIENT_METADATA: readonly string[] = ['*metadata*', 'http_request_header_*'];

/** The rules of every preset of an AI gateway. */
export const GENERIC: Preset = {
  groups: [
    {
      kind: 'technical',
      subject: 'kinds of users and keys, technical names',
      action: 'keep',
      labels: HARMLESS,
    },
    { kind: 'client', subject: 'client addresses and user agents', action: 'drop', labels: CLIENTS },
    { kind: 'person', subject: 'people', action: 'pseudonymise', labels: PEOPLE },
    {
      kind: 'session',
      subject: 'accounts, sessions and conversations',
      action: 'pseudonymise',
      labels: SESSIONS,
    },
    {
      kind: 'key',
      subject: 'keys and tokens, their hashes and their names',
      action: 'pseudonymise',
      labels: KEYS,
    },
    {
      kind: 'organisation',
      subject: 'names of companies and teams',
      action: 'pseudonymise',
      labels: ORGANISATIONS,
    },
    {
      kind: 'client_metadata',
      subject: 'metadata that clients send',
      action: 'pseudonymise',
      labels: CLIENT_METADATA,
    },
  ],
  gauges: [],
  placeholders: ['', 'None', 'none', 'null', 'undefined', 'unknown', 'anonymous', 'other', '__other__'],
  membership: {
    // The hash of a key cannot be made to equal that of another. A `user` may be what a client sent, an alias is what a
    // person chose: neither links, and as a witness it can only withhold.
    links: ['hashed_api_key', 'virtual_key_id'],
    witnesses: ['api_key_alias', 'user', 'user_id', 'user_email', 'user_alias', 'org_id', 'virtual_key_name'],
  },
};
