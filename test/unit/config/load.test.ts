import { describe, expect, it } from 'vitest';
import { digestToken } from '../../../src/auth/digest.js';
import { parsePasswordHash, verifyPassword } from '../../../src/auth/password.js';
import type { WarningCode } from '../../../src/errors.js';
import {
  loadFailure,
  loadProblems,
  loadText,
  STRONG,
  type GivenConfiguration,
} from '../../support/load-configuration.js';

const TARGET = { SCRAPEGATE_TARGET: 'http://litellm.example/metrics' };

async function warnings(given: GivenConfiguration): Promise<readonly WarningCode[]> {
  return ((await loadText(given)).options.warnings ?? []).map(({ code }) => code);
}

const FILE = `
targets: { litellm: { url: "http://litellm.example/metrics", preset: litellm, bearer_token: file-token } }
views: { operations: { target: litellm } }
credentials: { prometheus: { view: operations, bearer_token: ${STRONG} } }
`;

describe('what cannot be loaded', () => {
  it('a file that is not there', async () => {
    const error = await loadFailure({ configPath: '/nowhere/gate.yml' });
    expect(error.code).toBe('ERR_SCRAPEGATE_CONFIG_UNREADABLE');
    expect(error.message).toBe('the configuration file "/nowhere/gate.yml" does not exist');
  });

  it('a file that is not text', async () => {
    expect(await loadProblems({ file: '\xff\xfe' })).toEqual([': is not UTF-8 text']);
  });

  it('an empty path', async () => {
    expect(await loadProblems({ configPath: ' ', env: TARGET })).toEqual([
      '--config: is set but empty; expected the path of a file',
    ]);
    expect(await loadProblems({ env: { ...TARGET, SCRAPEGATE_CONFIG: '' } })).toEqual([
      'SCRAPEGATE_CONFIG: is set but empty; give it a value or unset it',
    ]);
  });

  it('nothing at all: no target, and the ways to one', async () => {
    const [problem, ...rest] = await loadProblems({});
    expect(rest).toEqual([]);
    expect(problem).toContain('SCRAPEGATE_TARGET');
    expect(problem).toContain('targets');
    expect(problem).toContain('--demo');
  });

  it('problems of file, environment and command line come together', async () => {
    const all = await loadProblems({
      file: 'listn: x',
      env: { PORT: 'x', METRICS_OAUTH2_ISSUER: 'y', METRICS_OAUTH2_AUDIENCE: 'gate' },
      listen: 'z',
    });
    expect(new Set(all.map((problem) => problem.split(':')[0]))).toEqual(
      new Set(['listn', 'PORT', 'METRICS_OAUTH2_ISSUER', '--listen', 'targets']),
    );
  });

  it('a file that is no YAML is the only thing to say about it, beside the environment', async () => {
    expect(await loadProblems({ file: 'a: [', env: { PORT: 'x' } })).toEqual([
      expect.stringContaining('is not valid YAML'),
      'PORT: is not a port; expected a number from 0 to 65535, or unix:/path/of/socket',
    ]);
  });
});

describe('environment alone', () => {
  it('makes a target, the view "default" and credentials that see it', async () => {
    const { options, variables } = await loadText({
      env: {
        ...TARGET,
        SCRAPEGATE_PRESET: 'litellm',
        METRICS_BEARER_TOKEN: STRONG,
        METRICS_API_KEY: `${STRONG}2`,
      },
    });
    const grant = { view: 'default', target: 'default', self: true, summary: false };
    expect(options.listen).toEqual({ host: '0.0.0.0', port: 9087 });
    expect(options.targets).toEqual([{ name: 'default', url: 'http://litellm.example/metrics' }]);
    expect(options.views).toEqual([{ name: 'default', target: 'default', preset: 'litellm' }]);
    expect(options.guard.credentials).toEqual([
      { name: 'env-bearer-token', proofs: [{ kind: 'bearer', digest: digestToken(STRONG) }], grant },
      {
        name: 'env-api-key',
        proofs: [{ kind: 'bearer', digest: digestToken(`${STRONG}2`) }],
        grant: { ...grant, summary: true },
      },
    ]);
    expect(options.guard.anonymous).toBeUndefined();
    expect(variables).toContain('METRICS_API_KEY');
  });

  it('takes the same token twice for one', async () => {
    const { options } = await loadText({
      env: { ...TARGET, METRICS_BEARER_TOKEN: STRONG, METRICS_API_KEY: STRONG },
    });
    expect(options.guard.credentials).toMatchObject([{ name: 'env-bearer-token', grant: { summary: true } }]);
  });

  it('hashes the password at once', async () => {
    const { options } = await loadText({
      env: { ...TARGET, METRICS_BASIC_AUTH_USER: 'books', METRICS_BASIC_AUTH_PASSWORD: 'pa=ss:word,$' },
    });
    const proof = options.guard.credentials?.[0]?.proofs[0];
    if (proof?.kind !== 'basic') throw new Error('expected basic');
    const hash = parsePasswordHash(proof.passwordHash.reveal());
    expect(hash.ok && (await verifyPassword('pa=ss:word,$', hash.value))).toBe(true);
  });

  it.each([
    [
      { METRICS_BASIC_AUTH_USER: 'a:b', METRICS_BASIC_AUTH_PASSWORD: 'x' },
      'METRICS_BASIC_AUTH_USER: has a colon',
    ],
    [
      { METRICS_BASIC_AUTH_USER: 'a', METRICS_BASIC_AUTH_PASSWORD: '\u0001hunter2' },
      'METRICS_BASIC_AUTH_PASSWORD: the password has control',
    ],
    [{ METRICS_BEARER_TOKEN: 'hunter2 hunter2' }, 'METRICS_BEARER_TOKEN: is no token'],
    [{ METRICS_API_KEY: 'hunter2\u00a0' }, 'METRICS_API_KEY: is no token'],
    [{ METRICS_ALLOWED_IPS: '10.0.0.0/8,127.1' }, 'METRICS_ALLOWED_IPS[1]: not an IP address'],
    [{ TRUST_PROXY: '10.0.0.0/8,0.0.0.0/0' }, 'TRUST_PROXY[1]: trusts every address'],
    [{ TRUST_PROXY: 'uniquelocal' }, 'TRUST_PROXY[0]: not an IP address'],
    [{ RATE_LIMIT_MAX: '9999999' }, 'RATE_LIMIT_MAX: expected a whole number from'],
    [{ RATE_LIMIT_WINDOW_MS: '1' }, 'RATE_LIMIT_WINDOW_MS: expected whole milliseconds from'],
    [{ SCRAPEGATE_TARGET: 'http://a:hunter2@b/' }, 'SCRAPEGATE_TARGET: has user information'],
    [
      { SCRAPEGATE_TARGET_BEARER_TOKEN: 'hunter2 hunter2' },
      'SCRAPEGATE_TARGET_BEARER_TOKEN: is not a usable token',
    ],
    [
      { SCRAPEGATE_PSEUDONYM_KEY_FILE: '/hunter2' },
      'SCRAPEGATE_PSEUDONYM_KEY_FILE: names a file that does not exist',
    ],
    [
      { SCRAPEGATE_STATE_FILE: '/nowhere/state.json' },
      'SCRAPEGATE_STATE_FILE: is in a folder that does not exist',
    ],
  ])('%j is told under the name of the variable', async (env, expected) => {
    const [problem, ...rest] = await loadProblems({ env: { ...TARGET, ...env } });
    expect(problem).toContain(expected);
    expect(problem).not.toContain('hunter2');
    expect(rest).toEqual([]);
  });
});

describe('environment over the file', () => {
  it('replaces what it names and leaves the rest', async () => {
    const { options } = await loadText({
      file: `${FILE}
listen: 127.0.0.1:9000
metrics_listen: 127.0.0.1:9001
trusted_proxies: [10.0.0.0/8]
allowed_ips: [10.0.0.0/8]
limits: { requests_per_minute: 5 }`,
      env: {
        PORT: '8000',
        METRICS_PORT: '8001',
        SCRAPEGATE_TARGET: 'http://other.example/metrics',
        SCRAPEGATE_TARGET_BEARER_TOKEN: 'environment-token',
        SCRAPEGATE_PRESET: 'generic',
        TRUST_PROXY: '192.0.2.0/24',
        METRICS_ALLOWED_IPS: '198.51.100.0/24',
        RATE_LIMIT_MAX: '7',
        RATE_LIMIT_WINDOW_MS: '5000',
      },
    });
    expect(options).toMatchObject({
      listen: { host: '127.0.0.1', port: 8000 },
      metricsListen: { host: '127.0.0.1', port: 8001 },
      targets: [{ name: 'litellm', url: 'http://other.example/metrics' }],
      views: [{ name: 'operations', preset: 'generic' }],
      guard: {
        network: { trustedProxies: ['192.0.2.0/24'], allowedIps: ['198.51.100.0/24'] },
        limits: { requestsPerWindow: 7, windowMs: 5000 },
      },
    });
    const [target] = options.targets;
    if (target === undefined || 'kind' in target || target.credential?.kind !== 'bearer')
      throw new Error('expected a token');
    expect(target.credential.token.reveal()).toBe('environment-token');
  });

  it('the command line stands over both', async () => {
    const { options } = await loadText({
      file: `${FILE}\nlisten: 127.0.0.1:9000`,
      env: { PORT: '8000' },
      listen: '[::1]:7000',
    });
    expect(options.listen).toEqual({ host: '::1', port: 7000 });
  });

  it('refuses a window that would change the meaning of requests_per_minute', async () => {
    const file = `${FILE}\nlimits: { requests_per_minute: 5 }`;
    expect(await loadProblems({ file, env: { RATE_LIMIT_WINDOW_MS: '5000' } })).toEqual([
      'RATE_LIMIT_WINDOW_MS: changes the minute of limits.requests_per_minute; set RATE_LIMIT_MAX as well',
    ]);
  });

  it.each([
    ['TRUST_PROXY', 'true', { trustPrivatePeers: true }],
    ['TRUST_PROXY', 'false', { clientAddressHeader: 'none' }],
  ])('%s=%s takes the place of trusted_proxies', async (name, value, expected) => {
    const { options } = await loadText({
      file: `${FILE}\ntrusted_proxies: [10.0.0.0/8]`,
      env: { [name]: value },
    });
    expect(options.guard.network).toEqual(expected);
  });

  it('credentials of the environment join those of the file, with a view of their own', async () => {
    const { options } = await loadText({ file: FILE, env: { METRICS_BEARER_TOKEN: `${STRONG}2` } });
    expect(
      options.guard.credentials?.map(({ name, grant }) => [name, 'view' in grant && grant.view]),
    ).toEqual([
      ['prometheus', 'operations'],
      ['env-bearer-token', 'default'],
    ]);
    expect(options.views.at(-1)).toEqual({ name: 'default', target: 'litellm', preset: 'litellm' });
  });

  it('a view "default" of the file is the one they see', async () => {
    const file =
      'targets: { a: { url: "http://a.example/" } }\nviews: { default: { target: a, reveal: [team_alias] } }';
    const { options } = await loadText({ file, env: { METRICS_BEARER_TOKEN: STRONG } });
    expect(options.views).toEqual([{ name: 'default', target: 'a', reveal: ['team_alias'] }]);
  });

  it('the same token in both is a problem', async () => {
    expect(await loadProblems({ file: FILE, env: { METRICS_BEARER_TOKEN: STRONG } })).toEqual([
      'METRICS_BEARER_TOKEN: the same token is in the credential "prometheus", too',
    ]);
  });
});

describe('listeners', () => {
  const host = 'targets: { a: { url: "http://a.example/" } }\n';
  it.each([
    ['one port for both is one listener', { PORT: '8000', METRICS_PORT: '8000' }, undefined],
    ['two free ports are two', { PORT: '0', METRICS_PORT: '0' }, { host: '0.0.0.0', port: 0 }],
    ['the host of listen is the default', { METRICS_PORT: '9090' }, { host: '0.0.0.0', port: 9090 }],
  ])('%s', async (_, env, expected) => {
    expect((await loadText({ file: host, env })).options.metricsListen).toEqual(expected);
  });

  it('a port that is taken by listen already is a problem', async () => {
    expect(await loadProblems({ file: `${host}metrics_listen: 127.0.0.1:9087` })).toEqual([
      'metrics_listen: is the port of listen, which already covers every address; expected another port',
    ]);
  });

  it('files that are no certificate and key are problems', async () => {
    const file = `${host}tls: { cert_file: cert.pem, key_file: key.pem }`;
    expect(
      await loadProblems({ file, files: { '/gate/cert.pem': 'x', '/gate/key.pem': 'hunter2' } }),
    ).toEqual([
      'tls.cert_file: names a file that holds no certificate; expected PEM',
      'tls.key_file: names a file that holds no private key; expected PEM without a passphrase',
    ]);
    expect(await loadProblems({ file })).toEqual([
      'tls.cert_file: names a file that does not exist: "/gate/cert.pem"',
      'tls.key_file: names a file that does not exist: "/gate/key.pem"',
    ]);
  });
});

describe('who gets in without a credential', () => {
  it('nobody, unless the operator says so', async () => {
    const { options } = await loadText({ env: TARGET });
    expect(options.guard).toMatchObject({ credentials: [] });
    expect(options.guard.anonymous).toBeUndefined();
    expect(options.views).toEqual([]);
  });

  it.each([
    ['the variable', { env: { ...TARGET, SCRAPEGATE_INSECURE_ALLOW_UNAUTHENTICATED: 'true' } }],
    ['the key', { env: TARGET, file: 'insecure_allow_unauthenticated: true' }],
  ])('everybody with %s, and a warning', async (_, given) => {
    const { options } = await loadText(given);
    expect(options.guard.anonymous).toEqual({ view: 'default', target: 'default', summary: true });
    expect(options.warnings?.map(({ code }) => code)).toEqual(['WARN_SCRAPEGATE_UNAUTHENTICATED']);
  });

  it('the variable can take back what the file allows', async () => {
    const env = { ...TARGET, SCRAPEGATE_INSECURE_ALLOW_UNAUTHENTICATED: 'false' };
    const { options } = await loadText({ env, file: 'insecure_allow_unauthenticated: true' });
    expect(options.guard.anonymous).toBeUndefined();
  });

  it('listed addresses where there is no credential, with a warning', async () => {
    const { options } = await loadText({ env: { ...TARGET, METRICS_ALLOWED_IPS: '10.0.0.0/8' } });
    expect(options.guard.anonymous).toEqual({ view: 'default', target: 'default', summary: false });
    expect(options.warnings?.map(({ code }) => code)).toEqual(['WARN_SCRAPEGATE_ALLOWED_IPS_ONLY']);
  });

  it('not listed addresses where there is one', async () => {
    const { options } = await loadText({
      env: { ...TARGET, METRICS_ALLOWED_IPS: '10.0.0.0/8', METRICS_BEARER_TOKEN: STRONG },
    });
    expect(options.guard.anonymous).toBeUndefined();
    expect(options.guard.network?.allowedIps).toEqual(['10.0.0.0/8']);
  });

  it.each(['0.0.0.0/0', '::/0', '0.0.0.0/1,128.0.0.0/1', '::ffff:0.0.0.0/96'])(
    'not a list of %s',
    async (list) => {
      const [problem, ...rest] = await loadProblems({ env: { ...TARGET, METRICS_ALLOWED_IPS: list } });
      expect(rest).toEqual([]);
      expect(problem).toContain('METRICS_ALLOWED_IPS: covers every address');
      expect(problem).toContain('insecure_allow_unauthenticated');
    },
  );
});

describe('warnings', () => {
  const withToken = { ...TARGET, METRICS_BEARER_TOKEN: STRONG };

  it.each([
    ['no credential', { env: TARGET }, ['WARN_SCRAPEGATE_CLOSED']],
    ['plain HTTP beyond loopback', { env: withToken }, ['WARN_SCRAPEGATE_PLAIN_HTTP']],
    ['loopback', { env: withToken, listen: '127.0.0.1:1' }, []],
    ['only the health listener beyond loopback', { env: withToken, file: 'metrics_listen: localhost:1' }, []],
    [
      'a short token',
      { env: { ...TARGET, METRICS_BEARER_TOKEN: 'short-token' }, listen: '127.0.0.1:1' },
      ['WARN_SCRAPEGATE_TOKEN_WEAK'],
    ],
    [
      'bcrypt hashes of a low cost',
      {
        file: `listen: "127.0.0.1:1"
targets: { a: { url: "http://a.example/" } }
credentials:
  low: { view: default, username: low, password_hash: "$2y$09$1DpfPeqF9HzHJt.EWswy1exHluGfbhnn3yXhR7Xes6m3WJqFg0Wby" }
  sound: { view: default, username: sound, password_hash: "$2y$10$1DpfPeqF9HzHJt.EWswy1exHluGfbhnn3yXhR7Xes6m3WJqFg0Wby" }`,
      },
      ['WARN_SCRAPEGATE_PASSWORD_HASH_WEAK'],
    ],
    [
      'TRUST_PROXY=true',
      { env: { ...withToken, TRUST_PROXY: 'true' }, listen: '127.0.0.1:1' },
      ['WARN_SCRAPEGATE_TRUST_PROXY_ANY'],
    ],
    [
      'an old Node.js',
      { env: withToken, listen: '127.0.0.1:1', nodeVersion: '20.19.0' },
      ['WARN_SCRAPEGATE_NODE_OUTDATED'],
    ],
  ])('%s', async (_, given: GivenConfiguration, expected) => {
    expect(await warnings(given)).toEqual(expected);
  });

  it('say nothing of a token but where it is', async () => {
    const { options } = await loadText({ env: { ...TARGET, METRICS_BEARER_TOKEN: 'hunter2' } });
    const text = (options.warnings ?? []).map(({ message }) => message).join(' ');
    expect(text).toContain('METRICS_BEARER_TOKEN');
    expect(text).not.toContain('hunter2');
  });
});

it('P23: no secret can be printed from what was loaded', async () => {
  const { options } = await loadText({
    file: FILE,
    env: { METRICS_BASIC_AUTH_USER: 'books', METRICS_BASIC_AUTH_PASSWORD: 'hunter2' },
  });
  const printed = JSON.stringify(options);
  for (const secret of ['file-token', STRONG, 'hunter2', '$scrypt$']) expect(printed).not.toContain(secret);
});
