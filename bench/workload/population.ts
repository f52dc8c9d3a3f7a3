// Who uses the gateway of a workload: organisations with teams, teams with keys, keys with users, each with their models.
// Every name, address and key is invented; addresses are from the ranges for documentation.

import { fraction, hexadecimal, pick, uuid } from './hash.js';

/** The labels that somebody's series may have, by name. */
export type Labels = Readonly<Record<string, string>>;

/** Users of one key: what becomes of a view in which users are put together. */
export const USERS_PER_KEY = 13;
const MODELS_PER_KEY = 2;
const KEYS_PER_TEAM = 2;
const TEAMS_PER_ORGANISATION = 4;

/** Of every second team, as the client writes it. */
const NO_ORGANISATION: Labels = { org_id: 'None', org_alias: 'None' };

const ORGANISATIONS = ['Acme', 'Globex', 'Initech', 'Umbrella', 'Hooli', 'Vehement', 'Massive', 'Soylent'];
const DEPARTMENTS = [
  'Research',
  'Support',
  'Sales',
  'Platform',
  'Finance',
  'Legal',
  'Mobile',
  'Data Science',
];
const APPLICATIONS = ['ci', 'chat', 'notebook', 'n8n', 'agents', 'batch', 'search', 'review'];
const AGENTS = ['OpenAI/Python 1.59', 'langchain-py/0.3', 'RooCode/3.26', 'Go-http-client/1.1', 'curl/8.5'];
const GIVEN = ['nils', 'luca', 'grete', 'amara', 'ines', 'tariq', 'yuki', 'olga', 'mateo', 'sanne', 'arjun'];
const FAMILY = ['novak', 'dubois', 'andersson', 'okafor', 'silva', 'haddad', 'tanaka', 'petrova', 'nguyen'];
const ROUTES = ['/v1/chat/completions', '/v1/messages', '/v1/responses', '/v1/embeddings'];
const ERRORS = [
  ['429', 'Openai.RateLimitError'],
  ['400', 'Azure.ContentPolicyViolationError'],
  ['500', 'InternalServerError'],
  ['401', 'ProxyException'],
] as const;
const MODELS = [
  ['gpt-4o-mini', 'openai', 'gpt-4o-mini-2024-07-18'],
  ['llama-3.3-70b', 'hosted_vllm', 'Llama-3.3-70B-Instruct'],
  ['claude-sonnet-4-5', 'bedrock', 'anthropic.claude-sonnet-4-5-20250929-v1'],
  ['gpt-4.1', 'azure', 'gpt-4.1-2025-04-14'],
  ['mistral-large', 'mistral', 'mistral-large-2411'],
] as const;

/** What there is one series of: a user with a key and a model, a key with a model, and so on. */
export type Level =
  'caller' | 'pairing' | 'key' | 'user' | 'team' | 'organisation' | 'deployment' | 'process';

/** How many there are of each, at the first scrape. */
export function populationOf(callers: number): Readonly<Record<Level, number>> {
  const pairings = Math.ceil(callers / USERS_PER_KEY);
  const keys = Math.ceil(pairings / MODELS_PER_KEY);
  const teams = Math.ceil(keys / KEYS_PER_TEAM);
  return {
    caller: callers,
    pairing: pairings,
    key: keys,
    user: keys * USERS_PER_KEY,
    team: teams,
    organisation: Math.ceil(teams / TEAMS_PER_ORGANISATION),
    deployment: MODELS.length,
    process: 1,
  };
}

/** The labels of the one with this number on its level. Callers beyond `known` are new users of keys that exist. */
export function labelsOf(level: Level, number: number, known: number): Labels {
  switch (level) {
    case 'caller': {
      const isNew = number >= known;
      const pairing = Math.floor((isNew ? Math.floor(fraction(number, 1) * known) : number) / USERS_PER_KEY);
      const key = Math.floor(pairing / MODELS_PER_KEY);
      const user = isNew ? 1_000_000 + number : key * USERS_PER_KEY + (number % USERS_PER_KEY);
      const [status, exception] = pick(ERRORS, pairing, 2);
      return {
        ...labelsOf('pairing', pairing, known),
        ...labelsOf('user', user, known),
        user_email: emailOf(user, key),
        client_ip: addressOf(user),
        end_user: 'None',
        status_code: '200',
        exception_status: status,
        exception_class: exception,
      };
    }
    case 'pairing': {
      const key = Math.floor(number / MODELS_PER_KEY);
      const model = key + (number % MODELS_PER_KEY);
      return {
        ...labelsOf('key', key, known),
        ...labelsOf('deployment', model % MODELS.length, known),
        route: pick(ROUTES, number, 3),
        service_tier: 'default',
      };
    }
    case 'key': {
      const team = Math.floor(number / KEYS_PER_TEAM);
      const application = pick(APPLICATIONS, number, 4);
      return {
        ...labelsOf('team', team, known),
        ...(team % 2 === 0
          ? NO_ORGANISATION
          : labelsOf('organisation', Math.floor(team / TEAMS_PER_ORGANISATION), known)),
        api_key_alias: `${organisationOf(team).toLowerCase()}-${application}-${String(number)}`,
        hashed_api_key: hexadecimal(`key ${String(number)}`),
        user_agent: pick(AGENTS, number, 5),
      };
    }
    case 'user':
      return { user: `usr_${hexadecimal(`user ${String(number)}`).slice(0, 12)}` };
    case 'team':
      return {
        team: uuid(`team ${String(number)}`),
        team_alias: `${organisationOf(number)} ${pick(DEPARTMENTS, number, 6)} ${String(number)}`,
      };
    case 'organisation': {
      const name = ORGANISATIONS[number % ORGANISATIONS.length] ?? '';
      return { org_id: uuid(`organisation ${String(number)}`), org_alias: `${name} ${String(number)}` };
    }
    case 'deployment': {
      const [requested, provider, model] = MODELS[number % MODELS.length] ?? MODELS[0];
      return {
        requested_model: requested,
        model_group: requested,
        api_provider: provider,
        model,
        litellm_model_name: `${provider}/${model}`,
        model_id: hexadecimal(`model ${requested}`),
        api_base: `https://${provider.replace('_', '-')}.models.example/v1`,
      };
    }
    case 'process':
      return {};
  }
}

function organisationOf(team: number): string {
  return ORGANISATIONS[Math.floor(team / TEAMS_PER_ORGANISATION) % ORGANISATIONS.length] ?? '';
}

function emailOf(user: number, key: number): string {
  const domain = organisationOf(Math.floor(key / KEYS_PER_TEAM)).toLowerCase();
  return `${pick(GIVEN, user, 7)}.${pick(FAMILY, user, 8)}${String(user)}@${domain}.example`;
}

/** 2001:db8::/32 has room for everybody; the three small ranges of IPv4 have not. */
function addressOf(user: number): string {
  return `2001:db8:${(user >>> 16).toString(16)}:${(user & 0xffff).toString(16)}::${(user % 251).toString(16)}`;
}
