// Who lives in the demo: tenants, keys, users, deployments, and who sends what from where.
// All of it made up: e-mail addresses under .example, addresses from RFC 5737, RFC 3849 and RFC 1918, digests of
// keys that open nothing. The shapes are those of LiteLLM's labels, its escaping and its "None" included.

import { createHash } from 'node:crypto';

/** A tenant, as its labels name it. */
export interface DemoTenant {
  readonly name: string;
  /** The `team` label, a UUID: what a view is scoped by. */
  readonly team: string;
  readonly teamAlias: string;
  readonly orgId: string;
  readonly orgAlias: string;
  /** US dollars; undefined is no budget. */
  readonly budget: number | undefined;
}

/** The tenants of the demo. Stable: views and examples name their `team`. */
export const DEMO_TENANTS: {
  readonly acme: DemoTenant;
  readonly globex: DemoTenant;
  readonly umbrella: DemoTenant;
} = {
  acme: {
    name: 'Acme',
    team: '2f6a1c3e-5b7d-4e90-8a12-6c0d4f9b7e31',
    teamAlias: 'Acme GmbH',
    orgId: '91d2b6f4-0c3a-4f58-9e67-1ab5c8d3e702',
    orgAlias: 'Acme Holding',
    budget: 4000,
  },
  globex: {
    name: 'Globex',
    team: '7c94e0b8-13fd-4a26-b5e9-d82f60a1c745',
    teamAlias: 'Globex - ben.garcia@globex.example',
    orgId: '5e0f7a29-8d41-4c63-a7b8-f93c26d1e04b',
    orgAlias: 'Globex',
    budget: 2500,
  },
  umbrella: {
    name: 'Umbrella',
    team: 'b1d85f27-96ae-4c0b-8f34-07e2a9c6d518',
    // LiteLLM escapes before its metrics library escapes again, so the backslashes are part of the value.
    teamAlias: 'Umbrella \\"Research\\"',
    orgId: 'None',
    orgAlias: 'None',
    budget: undefined,
  },
};

/** A virtual key. */
export interface DemoKey {
  readonly alias: string;
  /** LiteLLM's label: the unsalted SHA-256 of the key. */
  readonly hash: string;
  /** Undefined for the gateway's own health check, which belongs to no team. */
  readonly tenant: DemoTenant | undefined;
  readonly budget: number | undefined;
}

/** A person or a service behind a key. */
export interface DemoUser {
  readonly id: string;
  readonly email: string;
}

/** Costs are counted in these, because sums of binary fractions are exact. */
export const COST_UNITS_PER_DOLLAR = 1024;

/** A model behind the gateway. */
export interface DemoDeployment {
  readonly requestedModel: string;
  readonly model: string;
  readonly modelId: string;
  readonly apiBase: string;
  readonly provider: string;
  readonly meanSeconds: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUnits: number;
}

/** One stream of requests: a key, used by somebody, from somewhere, for a model. */
export interface DemoTraffic {
  readonly key: DemoKey;
  readonly user: DemoUser;
  readonly endUser: string;
  readonly clientIp: string;
  readonly userAgent: string;
  readonly route: string;
  readonly deployment: DemoDeployment;
  readonly perMinute: number;
  /** Requests before the demo began: a gateway that has been up for a while. */
  readonly before: number;
  /** One in so many requests fails; 0 is none. */
  readonly failsEvery: number;
  readonly streams: boolean;
}

function hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function key(alias: string, text: string, tenant: DemoTenant | undefined, budget?: number): DemoKey {
  return { alias, hash: hex(text), tenant, budget };
}

const { acme, globex, umbrella } = DEMO_TENANTS;

const ACME_PROD = key('acme-prod-15ad', 'sk-demo-acme-prod', acme, 2000);
const ACME_PERSONAL = key('Acme key for anna.mueller@acme.example', 'sk-demo-acme-anna', acme, 200);
const ACME_CI = key('acme-ci-d89b', 'sk-demo-acme-ci', acme);
const GLOBEX_FLOWS = key('globex-n8n-c261', 'sk-demo-globex-flows', globex, 500);
const GLOBEX_UNNAMED = key('None', 'sk-demo-globex-unnamed', globex);
const UMBRELLA_LAB = key('umbrella-lab-7e02', 'sk-demo-umbrella-lab', umbrella);
const UMBRELLA_NIGHTLY = key('umbrella-nightly', 'sk-demo-umbrella-nightly', umbrella, 800);
const HEALTH_CHECK = key('litellm-internal-health-check', 'sk-demo-health-check', undefined);

const ANNA: DemoUser = { id: '312a60b6-5c63-465f-bdc9-8e51182b0943', email: 'anna.mueller@acme.example' };
const JONAS: DemoUser = { id: 'c05d7e91-2f48-4b6a-93d0-a17e84f2b65c', email: 'jonas.weber@acme.example' };
const BEN: DemoUser = { id: 'ben.garcia@globex.example', email: 'ben.garcia@globex.example' };
const MEI: DemoUser = { id: '6b19f3d8-7a05-4e2c-8c41-52d9e0b7a3f6', email: 'mei.tanaka@globex.example' };
const ALICE: DemoUser = {
  id: 'e84c2a07-d5b1-4396-b07f-9a63c1f85e2d',
  email: 'alice.okafor@umbrella.example',
};
const DEFAULT: DemoUser = { id: 'default_user_id', email: 'None' };

const GPT: DemoDeployment = {
  requestedModel: 'gpt-4o',
  model: 'azure/gpt-4o',
  modelId: hex('demo deployment gpt-4o'),
  apiBase: 'https://demo-eastus2.openai.azure.example/openai/',
  provider: 'azure',
  meanSeconds: 2.5,
  inputTokens: 1180,
  outputTokens: 410,
  costUnits: 7,
};
const GPT_MINI: DemoDeployment = {
  requestedModel: 'gpt-4o-mini',
  model: 'gpt-4o-mini',
  modelId: hex('demo deployment gpt-4o-mini'),
  apiBase: 'https://api.openai.example/v1',
  provider: 'openai',
  meanSeconds: 0.75,
  inputTokens: 620,
  outputTokens: 180,
  costUnits: 1,
};
const CLAUDE: DemoDeployment = {
  requestedModel: 'claude-sonnet-4-5',
  model: 'bedrock/claude-sonnet-4-5',
  modelId: 'd4b7c1f0-3e96-4a58-8b2d-60f9a5e7c813',
  apiBase: 'https://bedrock-runtime.eu-central-1.cloud.example/',
  provider: 'bedrock',
  meanSeconds: 6.25,
  inputTokens: 2450,
  outputTokens: 730,
  costUnits: 19,
};
const LLAMA: DemoDeployment = {
  requestedModel: 'llama-3.3-70b',
  model: 'hosted_vllm/llama-3.3-70b',
  modelId: hex('demo deployment llama-3.3-70b'),
  apiBase: 'http://10.42.7.19:8000/v1',
  provider: 'hosted_vllm',
  meanSeconds: 4,
  inputTokens: 940,
  outputTokens: 350,
  costUnits: 0,
};

/** Every deployment. */
export const DEMO_DEPLOYMENTS: readonly DemoDeployment[] = [GPT, GPT_MINI, CLAUDE, LLAMA];

/** Every key. */
export const DEMO_KEYS: readonly DemoKey[] = [
  ACME_PROD,
  ACME_PERSONAL,
  ACME_CI,
  GLOBEX_FLOWS,
  GLOBEX_UNNAMED,
  UMBRELLA_LAB,
  UMBRELLA_NIGHTLY,
  HEALTH_CHECK,
];

/** Every user. */
export const DEMO_USERS: readonly DemoUser[] = [ANNA, JONAS, BEN, MEI, ALICE, DEFAULT];

const CHAT = '/v1/chat/completions';
const MESSAGES = '/v1/messages';
const SDK = 'OpenAI/Python 1.59.2';
const CLI = 'claude-cli/2.0.14 (external, cli)';
const FLOWS = `azure-logic-apps/1.0,(workflow ${hex('demo workflow').slice(0, 32)}; version 08584520112)`;
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

type Row = [
  DemoKey,
  DemoUser,
  clientIp: string,
  userAgent: string,
  route: string,
  DemoDeployment,
  perMinute: number,
  before: number,
  failsEvery: number,
  endUser?: string,
];

/** Some keys come from several addresses and programs: their counters must be added when those labels go. */
const ROWS: readonly Row[] = [
  [ACME_PROD, DEFAULT, '10.20.4.17', SDK, CHAT, GPT, 42, 18_400, 61],
  [ACME_PROD, DEFAULT, '10.20.4.18', SDK, CHAT, GPT, 39, 17_950, 67],
  [ACME_PROD, DEFAULT, '198.51.100.24', 'Go-http-client/1.1', CHAT, GPT_MINI, 75, 40_210, 0],
  [ACME_PERSONAL, ANNA, '203.0.113.98', CLI, MESSAGES, CLAUDE, 6, 912, 41],
  [ACME_PERSONAL, ANNA, '2001:db8:4a1f::36c6', CLI, MESSAGES, CLAUDE, 4, 655, 0],
  [ACME_CI, JONAS, '10.20.9.3', 'langchain-py/0.3.5', CHAT, LLAMA, 18, 7_340, 29],
  [GLOBEX_FLOWS, BEN, '198.51.100.113', FLOWS, CHAT, GPT_MINI, 24, 9_871, 53, 'cust_000123'],
  [GLOBEX_FLOWS, BEN, '198.51.100.114', FLOWS, CHAT, GPT_MINI, 22, 9_640, 0, 'cust_000123'],
  [GLOBEX_FLOWS, MEI, '192.0.2.201', BROWSER, CHAT, GPT, 9, 2_204, 37],
  [GLOBEX_UNNAMED, MEI, '2001:db8:e68e::8d2', SDK, MESSAGES, CLAUDE, 7, 1_480, 0],
  [UMBRELLA_LAB, ALICE, '192.0.2.40', BROWSER, CHAT, LLAMA, 12, 3_906, 0],
  [UMBRELLA_LAB, ALICE, '192.0.2.41', 'OpenAI/JS 4.77.0', CHAT, LLAMA, 15, 4_412, 19],
  [UMBRELLA_NIGHTLY, DEFAULT, '203.0.113.7', 'python-requests/2.32.3', CHAT, GPT, 30, 12_118, 71],
  [HEALTH_CHECK, DEFAULT, '127.0.0.1', 'None', '/health', GPT_MINI, 2, 1_440, 0],
];

/** Everything that is going on. */
export const DEMO_TRAFFIC: readonly DemoTraffic[] = ROWS.map(
  ([who, user, clientIp, userAgent, route, deployment, perMinute, before, failsEvery, endUser = 'None']) => ({
    key: who,
    user,
    endUser,
    clientIp,
    userAgent,
    route,
    deployment,
    perMinute,
    before,
    failsEvery,
    streams: route === MESSAGES || userAgent === BROWSER,
  }),
);
