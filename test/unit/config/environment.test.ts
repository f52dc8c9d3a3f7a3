import { describe, expect, it } from 'vitest';
import { readEnvironment, type EnvironmentOptions } from '../../../src/config/environment.js';
import { ProblemList } from '../../../src/config/problems.js';
import { FileReader } from '../../../src/config/secrets.js';

function read(env: Record<string, string>): { options: EnvironmentOptions; problems: readonly string[] } {
  const problems = new ProblemList();
  const reader = new FileReader({
    configPath: undefined,
    readFile: () => Buffer.from('secret-from-a-file\n'),
    problems,
  });
  const options = readEnvironment(env, reader, problems);
  return { options, problems: problems.all.map(({ path, message }) => `${path}: ${message}`) };
}

describe('A11: set but empty is never off', () => {
  it.each([
    'SCRAPEGATE_CONFIG',
    'PORT',
    'METRICS_PORT',
    'SCRAPEGATE_TARGET',
    'SCRAPEGATE_TARGET_BEARER_TOKEN',
    'SCRAPEGATE_PRESET',
    'METRICS_BEARER_TOKEN',
    'METRICS_BEARER_TOKEN_FILE',
    'METRICS_API_KEY',
    'METRICS_BASIC_AUTH_USER',
    'METRICS_BASIC_AUTH_PASSWORD',
    'METRICS_OAUTH2_JWKS_URI',
    'METRICS_OAUTH2_REQUIRED_SCOPES',
    'METRICS_ALLOWED_IPS',
    'TRUST_PROXY',
    'RATE_LIMIT_WINDOW_MS',
    'RATE_LIMIT_MAX',
    'SCRAPEGATE_PSEUDONYM_KEY_FILE',
    'SCRAPEGATE_STATE_FILE',
    'SCRAPEGATE_INSECURE_ALLOW_UNAUTHENTICATED',
  ])('%s', (name) => {
    for (const value of ['', ' ', '\t\n']) {
      expect(read({ [name]: value }).problems).toContain(
        `${name}: is set but empty; give it a value or unset it`,
      );
    }
  });

  it.each([',', ' , ', '10.0.0.0/8,', ',10.0.0.0/8', '10.0.0.0/8,,192.0.2.0/24'])(
    'METRICS_ALLOWED_IPS=%j',
    (value) => {
      const { options, problems } = read({ METRICS_ALLOWED_IPS: value });
      expect(options.allowedIps).toBeUndefined();
      expect(problems).toEqual([
        'METRICS_ALLOWED_IPS: has an empty entry; expected values separated by single commas',
      ]);
    },
  );
});

describe('names', () => {
  it.each([
    ['METRICS_BERER_TOKEN', 'did you mean METRICS_BEARER_TOKEN?'],
    ['METRICS_ALLOWED_IP', 'did you mean METRICS_ALLOWED_IPS?'],
    ['METRICS_APIKEY', 'did you mean METRICS_API_KEY?'],
    [
      'METRICS_BASIC_PASS',
      'is not known; known here: METRICS_BASIC_AUTH_USER, METRICS_BASIC_AUTH_PASSWORD, METRICS_BASIC_AUTH_PASSWORD_FILE',
    ],
    ['METRICS_BASIC_AUTH_PASS', 'is not known'],
    ['SCRAPEGATE_TARGT', 'did you mean SCRAPEGATE_TARGET?'],
    ['SCRAPEGATE_PORT', 'did you mean PORT?'],
    ['SCRAPEGATE_SOMETHING_ELSE', 'is not known; see scrapegate serve --help'],
    ['METRICS_OAUTH2_ISSER', 'did you mean METRICS_OAUTH2_ISSUER?'],
    ['METRICS_OAUTH2_CLIENT_CREDENTIALS', 'is not known'],
    ['METRICS_OAUTH2_SCOPES', 'METRICS_OAUTH2_REQUIRED_SCOPES'],
    ['METRICS_OIDC_ISSUER_URL', 'is not known; known here: METRICS_OAUTH2_ISSUER, '],
    ['METRICS_TOKEN', 'is not known; known here: METRICS_BEARER_TOKEN, METRICS_BEARER_TOKEN_FILE'],
    ['METRICS_TOKEN_FILE', 'is not known; known here: METRICS_BEARER_TOKEN, '],
    ['METRICS_AUTH_TOKEN', 'is not known; known here: METRICS_BEARER_TOKEN, '],
    ['METRICS_SECRET', 'is not known; known here: METRICS_BEARER_TOKEN, '],
    ['METRICS_USERNAME', 'is not known; known here: METRICS_BASIC_AUTH_USER, '],
    ['METRICS_USER', 'is not known; known here: METRICS_BASIC_AUTH_USER, '],
    ['METRICS_PASSWORD', 'METRICS_BASIC_AUTH_PASSWORD, METRICS_BASIC_AUTH_PASSWORD_FILE'],
    ['METRICS_HTTP_PASSWORD_FILE', 'is not known; known here: METRICS_BASIC_AUTH_USER, '],
    ['METRICS_AUTH_API_KEY', 'is not known; known here: METRICS_API_KEY, METRICS_API_KEY_FILE'],
    ['METRICS_AUTH', 'is not known; known here: METRICS_BEARER_TOKEN, '],
    ['METRICS_AUTH_ENABLED', 'is not known; known here: METRICS_BEARER_TOKEN, '],
    ['METRICS_ALLOWLIST', 'is not known; known here: METRICS_ALLOWED_IPS'],
    ['METRICS_IP_WHITELIST', 'is not known; known here: METRICS_ALLOWED_IPS'],
    ['RATE_LIMIT_WINDOW', 'is not known; did you mean RATE_LIMIT_WINDOW_MS?'],
    ['RATE_LIMIT_WINDOWS_MS', 'is not known; did you mean RATE_LIMIT_WINDOW_MS?'],
  ])('%s is a problem', (name, part) => {
    const { problems } = read({ [name]: 'hunter2' });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`${name}: `);
    expect(problems[0]).toContain(part);
    expect(problems[0]).not.toContain('hunter2');
  });

  it.each([
    [{ JWKS_URI: 'https://idp.example.com/keys', AUDIENCE: 'gate' }, ['ISSUER: is missing']],
    [{ REQUIRED_SCOPES: 'metrics:read' }, ['ISSUER: is missing', 'AUDIENCE: is missing']],
    [{ ISSUER: 'https://idp.example.com' }, ['AUDIENCE: is missing']],
    [{ ISSUER: 'https://idp.example.com', AUDIENCE: ' ' }, ['AUDIENCE: is set but empty']],
    [{ ISSUER: '', AUDIENCE: '' }, ['ISSUER: is set but empty', 'AUDIENCE: is set but empty']],
    [{ ISSUER: 'https://idp.example.com', AUDIENCE: 'a,,b' }, ['AUDIENCE: has an empty entry']],
    [
      { ISSUER: 'https://idp.example.com', AUDIENCE: 'a', ALGORITHMS: ',' },
      ['ALGORITHMS: has an empty entry'],
    ],
  ])('half an OAuth2 is none: %j', (variables, expected) => {
    const env: Record<string, string> = {};
    for (const [name, value] of Object.entries(variables)) env[`METRICS_OAUTH2_${name}`] = value;
    const { problems } = read(env);
    expect(problems).toHaveLength(expected.length);
    for (const [index, part] of expected.entries())
      expect(problems[index]).toContain(`METRICS_OAUTH2_${part}`);
  });

  it('OAuth2 is issuer, audience, and what narrows it', () => {
    expect(
      read({
        METRICS_OAUTH2_ISSUER: 'https://idp.example.com',
        METRICS_OAUTH2_JWKS_URI: 'https://idp.example.com/keys',
        METRICS_OAUTH2_AUDIENCE: 'scrapegate, gate',
        METRICS_OAUTH2_REQUIRED_SCOPES: ' metrics:read,metrics:list openid ',
        METRICS_OAUTH2_ALGORITHMS: 'RS256,ES256',
      }).options.oauth2,
    ).toEqual({
      issuer: 'https://idp.example.com',
      jwksUri: 'https://idp.example.com/keys',
      audience: ['scrapegate', 'gate'],
      requiredScopes: ['metrics:read', 'metrics:list', 'openid'],
      algorithms: ['RS256', 'ES256'],
    });
  });

  it.each([
    ['METRICS_ENABLED', 'true'],
    ['METRICS_PATH', '/metrics'],
    ['METRICS_NAMESPACE', 'llm'],
    ['METRICS_TOKEN_COUNT', 'true'],
    ['METRICS_TOKENS_ENABLED', 'true'],
    ['METRICS_AUTHOR', 'acme'],
    ['METRICS_PUSHGATEWAY_PASSWORD', 'hunter2'],
    ['METRICS_DB_USER', 'acme'],
    ['METRICS_PER_USER', 'true'],
    ['METRICS_KEY', 'requests'],
    ['RATE_LIMIT', '100'],
    ['RATE_LIMIT_ENABLED', 'true'],
    ['RATE_LIMIT_PER_MINUTE', '100'],
    ['RATE_LIMIT_MAX_REQUESTS', '100'],
    ['SCRAPEGATE_SERVICE_HOST', '10.0.0.1'],
    ['SCRAPEGATE_SERVICE_PORT', '9087'],
    ['SCRAPEGATE_SERVICE_PORT_HTTP', '9087'],
    ['SCRAPEGATE_PORT', 'tcp://10.0.0.1:9087'],
    ['SCRAPEGATE_PORT_9087_TCP', 'tcp://10.0.0.1:9087'],
    ['SCRAPEGATE_PORT_9087_TCP_ADDR', '10.0.0.1'],
    ['METRICS_PORT_80_TCP_PROTO', 'tcp'],
    ['HOME', ''],
    ['__proto__', 'x'],
  ])('%s=%s belongs to others', (name, value) => {
    const { options, problems } = read(JSON.parse(JSON.stringify({ [name]: value })));
    expect(problems).toEqual([]);
    expect(options.used).toEqual([]);
  });
});

describe('values', () => {
  it.each([
    ['PORT', '65536', 'is not a port'],
    ['PORT', ' 80', 'is not a port'],
    ['METRICS_PORT', 'tcp://10.0.0.1:80', 'enableServiceLinks'],
    ['SCRAPEGATE_PRESET', 'litelm', 'expected one of'],
    ['TRUST_PROXY', '1', 'list the proxies as CIDRs'],
    ['TRUST_PROXY', '0', 'list the proxies as CIDRs'],
    ['RATE_LIMIT_MAX', '0', 'whole number'],
    ['RATE_LIMIT_MAX', '-1', 'whole number'],
    ['RATE_LIMIT_WINDOW_MS', '1e3', 'whole number'],
    ['RATE_LIMIT_WINDOW_MS', '60s', 'whole number'],
    ['SCRAPEGATE_INSECURE_ALLOW_UNAUTHENTICATED', '1', 'exactly true'],
    ['SCRAPEGATE_INSECURE_ALLOW_UNAUTHENTICATED', 'yes', 'exactly true'],
    ['SCRAPEGATE_INSECURE_ALLOW_UNAUTHENTICATED', 'TRUE', 'exactly true'],
    ['SCRAPEGATE_INSECURE_ALLOW_UNAUTHENTICATED', 'true ', 'exactly true'],
    ['METRICS_BEARER_TOKEN', 'two\nlines', 'more than one line'],
  ])('%s=%j is a problem', (name, value, part) => {
    const { options, problems } = read({ [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(part);
    expect(options.allowUnauthenticated ?? false).toBe(false);
  });

  it.each([
    ['true', { kind: 'private_peers' }],
    ['false', { kind: 'none' }],
    ['loopback', { kind: 'cidrs', cidrs: ['127.0.0.0/8', '::1/128'] }],
    ['10.0.0.0/8, 192.0.2.1', { kind: 'cidrs', cidrs: ['10.0.0.0/8', '192.0.2.1'] }],
    ['loopback,10.0.0.0/8', { kind: 'cidrs', cidrs: ['127.0.0.0/8', '::1/128', '10.0.0.0/8'] }],
    ['TRUE', { kind: 'cidrs', cidrs: ['TRUE'] }],
  ])('TRUST_PROXY=%s', (value, expected) => {
    expect(read({ TRUST_PROXY: value }).options.trustProxy).toEqual(expected);
  });

  it.each([
    ['METRICS_BASIC_AUTH_USER', 'METRICS_BASIC_AUTH_PASSWORD: is missing'],
    ['METRICS_BASIC_AUTH_PASSWORD', 'METRICS_BASIC_AUTH_USER: is missing'],
    ['METRICS_BASIC_AUTH_PASSWORD_FILE', 'METRICS_BASIC_AUTH_USER: is missing'],
  ])('%s alone is a problem', (name, expected) => {
    const { options, problems } = read({ [name]: 'x' });
    expect(options.basicAuth).toBeUndefined();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });

  it('a secret comes from the variable or from the file, and not from both', () => {
    expect(read({ METRICS_API_KEY: 'abc' }).options.apiKey?.reveal()).toBe('abc');
    expect(read({ METRICS_API_KEY_FILE: 'key' }).options.apiKey?.reveal()).toBe('secret-from-a-file');
    const both = read({ METRICS_API_KEY: 'abc', METRICS_API_KEY_FILE: 'key' });
    expect(both.options.apiKey).toBeUndefined();
    expect(both.problems).toEqual([
      'METRICS_API_KEY: is given together with METRICS_API_KEY_FILE; keep one of the two',
    ]);
  });

  it('reads everything else as it is written', () => {
    const { options, problems } = read({
      PORT: '8080',
      METRICS_PORT: '0',
      SCRAPEGATE_TARGET: 'http://litellm.example/metrics',
      SCRAPEGATE_PRESET: 'litellm',
      RATE_LIMIT_WINDOW_MS: '900000',
      RATE_LIMIT_MAX: '100',
      SCRAPEGATE_INSECURE_ALLOW_UNAUTHENTICATED: 'false',
    });
    expect(problems).toEqual([]);
    expect(options).toMatchObject({
      port: 8080,
      metricsPort: 0,
      target: 'http://litellm.example/metrics',
      preset: 'litellm',
      rateLimitWindowMs: 900_000,
      rateLimitMax: 100,
      allowUnauthenticated: false,
    });
    expect(options.used).toContain('METRICS_PORT');
  });
});
