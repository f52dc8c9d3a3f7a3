import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeConfiguration } from '../../../src/config/describe.js';
import { loadConfiguration } from '../../../src/config/load.js';

const DIGEST = 'sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';

async function described(
  text: string | undefined,
  env: Record<string, string> = {},
): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'scrapegate-describe-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const configPath = join(folder, 'gate.yml');
  if (text !== undefined) writeFileSync(configPath, text);
  const before = readdirSync(folder);
  const lines = describeConfiguration(
    await loadConfiguration({
      ...(text !== undefined && { configPath }),
      env,
      nodeVersion: '24.17.0',
      createFiles: false,
    }),
  );
  expect(readdirSync(folder)).toEqual(before);
  return lines.map((line) => line.replaceAll(folder, '/gate'));
}

const FILE = `
listen: 127.0.0.1:9087
state_file: state.json
allowed_ips: [10.20.0.0/16]
trusted_proxies: [10.0.0.0/8]
limits: { failures_per_minute: 5, lockout: 1h }
targets:
  litellm: { url: "http://127.0.0.1:4000/metrics?key=hunter2", preset: litellm, bearer_token: hunter2hunter2 }
  vllm: { url: "http://127.0.0.1:8000/metrics", preset: vllm }
views:
  operations: { target: litellm }
  acme:
    target: litellm
    only: { team: ["2f6a"] }
    reveal: [team_alias]
    labels: [{ label: route, action: drop }]
    gauges: { "litellm_in_flight_*": sum }
    pseudonym_scope: acme
    max_series: 1000
    series_retention: 36h
  inference: { target: vllm }
credentials:
  prometheus: { bearer_token_digest: "${DIGEST}", view: operations, self: true }
  acme:
    view: acme
    not_after: 2030-01-01
    bearer_tokens:
      - { digest: "${DIGEST.replace('00', '10')}", not_after: 2027-02-01T12:00:00Z }
      - { digest: "${DIGEST.replace('00', '20')}", not_before: 2027-01-01 }
`;

const BCRYPT = '$2y$12$nawvaJa3fWDAuGAaXjkc8.c2ar0gnG/ZT.vJ7uSBwRLMxpitCJAMK';

describe('describeConfiguration', () => {
  it('says what is configured, part by part', async () => {
    const lines = await described(FILE);
    const text = lines.join('\n');
    expect(text.slice(0, text.indexOf('\n\npreset'))).toBe(
      `file: "/gate/gate.yml"
files: looked at for changes every 5s
listen: http://127.0.0.1:9087
state file: "/gate/state.json"
key of the pseudonyms: "/gate/pseudonym.key", made at the first start
allowed addresses: 10.20.0.0/16
trusted proxies: 10.0.0.0/8
limits: 5 failures of a client in a minute, then a lockout of 1h; 120 requests of a credential in 1m
connections: 4096 at most, 64 of a client; 1m to read an answer

target litellm: http://127.0.0.1:4000/metrics?…, preset litellm, at /metrics and /metrics/litellm
  LiteLLM redirects /metrics, and the gate follows no redirect; it most likely has to be /metrics/
target vllm: http://127.0.0.1:8000/metrics, preset vllm, at /metrics/vllm`,
    );
    expect(text.slice(text.indexOf('\nview operations'))).toBe(`
view operations: target litellm, preset litellm

view acme: target litellm, preset litellm
  only series whose team is one given value
  route: dropped, their series added up
  readable on purpose: team_alias
  gauges litellm_in_flight_*: put together by sum
  pseudonyms of the scope "acme"
  at most 1000 series
  vanished counters are remembered for 36h

view inference: target vllm, preset vllm

credential prometheus: view operations, its summary and the metrics of the gate, with a token
credential acme: view acme and its summary, with a token until 2027-02-01T12:00:00Z, or a token from 2027-01-01 until 2030-01-01`);
    expect(text).not.toContain('hunter2');
  });

  it('says what a claim leads to, whose tokens are taken, and nothing of the gate’s own secret', async () => {
    const lines = await described(`
targets: { litellm: { url: "http://127.0.0.1:4000/metrics/", preset: litellm } }
views: { all: { target: litellm }, finance: { target: litellm } }
credentials:
  teams:
    oidc:
      issuer: https://idp.example.com/realms/main
      audience: [scrapegate, gate]
      required_scopes: [metrics:read, openid]
      introspection: { client_id: gate, client_secret: hunter2 }
    view:
      { from_claim: team, only: { team: ["{claim}", common], org: "{claim}" }, derive: true, pseudonym_scope: "{claim}" }
  roles:
    oidc: { issuer: https://idp.example.com, audience: roles }
    not_after: 2030-01-01
    view: { from_claim: [realm_access, roles], views: { admin: all, sre: all, books: finance } }
`);
    const text = lines.join('\n');
    expect(text.slice(text.indexOf('\nview claim:teams'))).toBe(`
view claim:teams: target litellm, preset litellm
  only series whose team is a value of the claim, or one of 1 given
  only series whose org is a value of the claim
  series without a tenant whose hashed_api_key is known to be of this one alone
  pseudonyms of a scope of their own, for each of its views

credential teams: the view claim:teams of its claim "team" and its summary, with a token of https://idp.example.com/realms/main for scrapegate or gate and with metrics:read, openid, asking it about what is no JWT
credential roles: view all or finance by its claim "roles" in "realm_access" and its summary, with a token of https://idp.example.com for roles until 2030-01-01`);
    expect(text).not.toContain('hunter2');
  });

  it('counts the users of a file, and the tokens that are described alike', async () => {
    const lines = await described(`
targets: { a: { url: "http://a.example/" } }
credentials:
  tokens:
    view: default
    bearer_tokens:
      - { digest: "${DIGEST}" }
      - { digest: "${DIGEST.replace('00', '10')}", not_before: 2027-01-01 }
      - { digest: "${DIGEST.replace('00', '20')}" }
`);
    expect(lines.at(-1)).toBe(
      'credential tokens: view default and its summary, with one of 2 tokens, or a token from 2027-01-01',
    );
    const folder = mkdtempSync(join(tmpdir(), 'scrapegate-describe-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const users = join(folder, 'users.htpasswd');
    writeFileSync(users, ['anna', 'bela', 'cora'].map((name) => `${name}:${BCRYPT}\n`).join(''));
    const people = await described(`
targets: { a: { url: "http://a.example/" } }
credentials: { people: { view: default, htpasswd_file: "${users}" } }
`);
    expect(people.at(-1)).toBe(
      'credential people: view default and its summary, with one of 3 users and their passwords',
    );
  });

  it('tells the rules of a preset once, however many views have it', async () => {
    const lines = await described(FILE);
    expect(lines.filter((line) => line.startsWith('preset '))).toEqual(['preset litellm:', 'preset vllm:']);
    const inLitellm = lines.slice(lines.indexOf('preset litellm:'), lines.indexOf('preset vllm:'));
    expect(inLitellm.filter((line) => line.includes('dropped, their series added up'))).toHaveLength(1);
    expect(inLitellm.some((line) => line.includes('replaced by pseudonyms'))).toBe(true);
  });

  it.each([
    ['nothing but a target', {}, 'credentials: none; every scrape is refused'],
    ['no state folder', {}, 'key of the pseudonyms: a new one with every start'],
    ['no state folder', {}, 'state file: none; totals begin anew with every start'],
    ['no lists', {}, 'allowed addresses: all'],
    ['no lists', {}, 'trusted proxies: loopback'],
    ['TRUST_PROXY=false', { TRUST_PROXY: 'false' }, 'trusted proxies: none'],
    ['TRUST_PROXY=true', { TRUST_PROXY: 'true' }, 'trusted proxies: one hop from any private peer'],
    ['variables', { PORT: '1' }, 'variables: SCRAPEGATE_TARGET, PORT'],
    [
      'one port for both',
      { PORT: '9000', METRICS_PORT: '9000' },
      'listen: http://0.0.0.0:9000, also for metrics_listen, which is the same: every path is there',
    ],
    ['two ports', { PORT: '9000', METRICS_PORT: '9001' }, 'metrics_listen: http://0.0.0.0:9001'],
    ['addresses alone', { METRICS_ALLOWED_IPS: '10.0.0.1' }, 'without a credential: view default'],
    [
      'a user',
      { METRICS_BASIC_AUTH_USER: 'books', METRICS_BASIC_AUTH_PASSWORD: 'hunter2' },
      'credential env-basic-auth: view default and the metrics of the gate, with a user and password',
    ],
  ])('says with %s: %#', async (_, env, expected) => {
    const lines = await described(undefined, { SCRAPEGATE_TARGET: 'http://127.0.0.1:1/', ...env });
    expect(lines).toContain(expected);
    expect(lines.join('\n')).not.toContain('hunter2');
  });

  it.each([
    ['http://127.0.0.1:4000/metrics', 'litellm', true],
    ['http://127.0.0.1:4000/metrics/', 'litellm', false],
    ['http://127.0.0.1:4000/proxied/metrics', 'litellm', false],
    ['http://127.0.0.1:4000/metrics', 'vllm', false],
  ])('%s with the preset %s has a hint: %s', async (url, preset, expected) => {
    const lines = await described(undefined, { SCRAPEGATE_TARGET: url, SCRAPEGATE_PRESET: preset });
    expect(lines.some((line) => line.includes('follows no redirect'))).toBe(expected);
  });
});

it('the key that is there already is the one of a look, and is checked', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'scrapegate-describe-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const load = (): ReturnType<typeof loadConfiguration> =>
    loadConfiguration({
      env: { SCRAPEGATE_TARGET: 'http://127.0.0.1:1/', SCRAPEGATE_STATE_FILE: join(folder, 'state.json') },
      nodeVersion: '24.17.0',
      createFiles: false,
    });
  const key = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
  writeFileSync(join(folder, 'pseudonym.key'), key);
  const { options, keySource } = await load();
  expect(Buffer.from(options.pseudonymKey ?? [])).toEqual(key);
  expect(keySource).toMatchObject({ made: true });
  writeFileSync(join(folder, 'pseudonym.key'), 'short');
  await expect(load()).rejects.toMatchObject({ code: 'ERR_SCRAPEGATE_CONFIG_INVALID' });
});
