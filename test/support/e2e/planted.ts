// What the tests plant in a real LiteLLM: three tenants and their requests, all invented, on reserved names and
// addresses. Every marker is long and odd enough to mean nothing else where it is found.

import { createHash } from 'node:crypto';

/** A tenant as LiteLLM's own key check returns it. */
export interface PlantedTenant {
  readonly api_key: string;
  readonly key_alias: string;
  readonly team_id: string;
  readonly team_alias: string;
  readonly user_id: string;
  readonly user_email: string;
  readonly org_id: string;
  readonly organization_alias: string;
  readonly max_budget?: number;
  readonly team_max_budget?: number;
  readonly user_max_budget?: number;
  readonly rpm_limit?: number;
}

const QUILL: PlantedTenant = {
  api_key: 'sk-planted-quillfeather-0001',
  key_alias: 'Quillfeather key for rosalind.quill@quillfeather.example',
  team_id: '2f6a1c00-0000-4000-8000-000000000001',
  // A quote in a name: LiteLLM escapes it itself, then its library escapes it again.
  team_alias: 'Quillfeather "Research" GmbH',
  user_id: 'rosalind.quill@quillfeather.example',
  user_email: 'rosalind.quill@quillfeather.example',
  org_id: '9e0f0000-0000-4000-8000-00000000000a',
  organization_alias: 'Quillfeather Holding AG',
  max_budget: 100,
  team_max_budget: 500,
  user_max_budget: 50,
  rpm_limit: 100_000,
};

const BRAMBLE: PlantedTenant = {
  api_key: 'sk-planted-bramblewick-0002',
  key_alias: 'bramblewick-prod-15ad',
  team_id: '2f6a1c00-0000-4000-8000-000000000002',
  team_alias: 'Bramblewick - tobias.bramble@bramblewick.example',
  user_id: 'tobias-bramble',
  user_email: 'tobias.bramble@bramblewick.example',
  org_id: '9e0f0000-0000-4000-8000-00000000000b',
  organization_alias: 'Bramblewick Corporation',
};

const SILBER: PlantedTenant = {
  api_key: 'sk-planted-silberstreif-0003',
  key_alias: 'Silberstreif für Jürgen Weißmüller',
  team_id: '2f6a1c00-0000-4000-8000-000000000003',
  team_alias: 'Silberstreif Südwest',
  user_id: 'jürgen.weißmüller@silberstreif.example',
  user_email: 'jürgen.weißmüller@silberstreif.example',
  org_id: '9e0f0000-0000-4000-8000-00000000000c',
  organization_alias: 'Silberstreif eG',
};

/** The planted tenants. */
export const TENANTS: readonly PlantedTenant[] = [QUILL, BRAMBLE, SILBER];

/** Two tenants' ids, for views that show one tenant alone. */
export const TEAM_IDS: { readonly quillfeather: string; readonly bramblewick: string } = {
  quillfeather: QUILL.team_id,
  bramblewick: BRAMBLE.team_id,
};

/** A request to LiteLLM and the status that it must have. */
export interface PlantedRequest {
  readonly key: string;
  readonly userAgent: string;
  /** `X-Forwarded-For`. */
  readonly client: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
}

const CHAT = '/v1/chat/completions';
const messages = [{ role: 'user', content: 'hello' }];

/** The requests of one round. */
export const REQUESTS: readonly PlantedRequest[] = [
  {
    key: QUILL.api_key,
    userAgent: 'QuillAgent/1.0 (rosalind-laptop)',
    client: '203.0.113.77',
    path: CHAT,
    body: {
      model: 'chat-small',
      messages,
      user: 'lena.kundin@endkunde.example',
      metadata: {
        tags: ['batch'],
        project: 'migration-of-rosalind.quill@quillfeather.example',
        requester: 'Rosalind Quill',
      },
    },
    status: 200,
  },
  {
    key: QUILL.api_key,
    userAgent: 'QuillAgent/2.0',
    client: '2001:db8:77::5e',
    path: CHAT,
    body: { model: 'chat-small', messages, stream: true },
    status: 200,
  },
  {
    // Differs from the one before by client and user agent alone: both drop out, and the two add up.
    key: QUILL.api_key,
    userAgent: 'QuillAgent/1.9 (rosalind-phone)',
    client: '203.0.113.79',
    path: CHAT,
    body: { model: 'chat-small', messages, stream: true },
    status: 200,
  },
  {
    key: QUILL.api_key,
    userAgent: 'QuillAgent/2.0',
    client: '203.0.113.78',
    path: '/v1/embeddings',
    body: { model: 'embedding', input: 'hello' },
    status: 200,
  },
  {
    key: BRAMBLE.api_key,
    userAgent: 'azure-logic-apps/1.0,(workflow 0b5e1f7799aa4c0d8e21d3b44f5a6c7d; version 08585)',
    client: '198.51.100.23',
    path: CHAT,
    headers: { 'x-litellm-end-user-id': 'header-person-tabitha' },
    body: { model: 'chat-large', messages },
    status: 200,
  },
  {
    key: BRAMBLE.api_key,
    userAgent: 'BrambleBot/3.1',
    client: '198.51.100.24',
    path: CHAT,
    body: { model: 'flaky', messages, user: '+49 170 5550143' },
    status: 200,
  },
  {
    // A typing mistake: the model that was asked for becomes a label value.
    key: BRAMBLE.api_key,
    userAgent: 'BrambleBot/3.1',
    client: '198.51.100.24',
    path: CHAT,
    body: { model: 'model-of-tobias.bramble@bramblewick.example', messages },
    status: 400,
  },
  {
    key: SILBER.api_key,
    userAgent: 'SilberKlient/0.9 (Büro Weißmüller)',
    client: '203.0.113.140, 10.77.3.9',
    path: CHAT,
    body: { model: 'self-hosted', messages },
    status: 200,
  },
  {
    key: SILBER.api_key,
    userAgent: 'SilberKlient/0.9 (Büro Weißmüller)',
    client: '203.0.113.141',
    path: CHAT,
    body: { model: 'behind-basic-auth', messages },
    status: 200,
  },
  {
    key: 'sk-planted-unknown-key-0009',
    userAgent: 'IntruderAgent/6.6',
    client: '203.0.113.99',
    path: CHAT,
    body: { model: 'chat-small', messages },
    status: 401,
  },
];

/** Credentials inside the URL of a deployment; LiteLLM prints them in `api_base`. */
export const URL_USERINFO = 'operatrix:hunter2-planted';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Planted text that LiteLLM's own page shows, and that must not leave the gate. */
export const SHOWN_MARKERS: readonly string[] = [
  ...TENANTS.flatMap((tenant) => [
    tenant.user_email,
    tenant.user_id,
    tenant.key_alias,
    tenant.organization_alias,
    sha256(tenant.api_key),
  ]),
  'Quillfeather',
  'Bramblewick',
  'Silberstreif Südwest',
  'Weißmüller',
  'Rosalind Quill',
  'lena.kundin@endkunde.example',
  'header-person-tabitha',
  '+49 170 5550143',
  'QuillAgent',
  'BrambleBot',
  'SilberKlient',
  'IntruderAgent',
  '0b5e1f7799aa4c0d8e21d3b44f5a6c7d',
  '203.0.113.77',
  '2001:db8:77::5e',
  '198.51.100.23',
  '203.0.113.140',
  '203.0.113.99',
  URL_USERINFO,
];

/** Secrets of the set-up; LiteLLM does not print them, and the gate must not either. */
export const SECRET_MARKERS: readonly string[] = [
  ...TENANTS.map((tenant) => tenant.api_key),
  'sk-planted-unknown-key-0009',
];
