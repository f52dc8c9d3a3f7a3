import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import type { MetricsOptions } from '../../../src/embedded/options.js';
import { resolveMetricsOptions } from '../../../src/embedded/resolve-options.js';
import { callUntyped } from '../../support/untyped.js';
import { TOKEN } from '../../support/start-gateway.js';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

/** The problems of options that JavaScript passes, as `path: message`. */
function problemsOf(options: unknown): readonly string[] {
  const resolved = callUntyped(resolveMetricsOptions, options, new Registry());
  return resolved.ok ? [] : resolved.error.map(({ path, message }) => `${path}: ${message}`);
}

describe('metrics options', () => {
  it('that are none are refused', () => {
    for (const options of [null, 'x', []]) {
      expect(problemsOf(options)).toEqual([': not an object; expected options']);
    }
  });

  it('are refused with all of their problems, each under the name of its option', () => {
    const problems = problemsOf({
      registr: new Registry(),
      register: {},
      llm: {},
      bearerToken: '',
      apiKey: 'with space',
      insecureAllowUnauthenticated: 'false',
      path: 'metrics/',
      summaryPath: '/a//b',
      onEvent: 'log',
      pseudonymKey: Buffer.alloc(8),
      timeoutMs: 0,
      maxBytes: '1GB',
      onMalformed: 'skip',
      writeTimeoutMs: 5,
      clock: {},
      network: { allowedIps: ['10.0.0.0/99'], clientAddressHeader: 'proxy_protocol' },
      limits: { failuresPerMinute: 0, redis: {} },
      views: [{ name: 'a', onyl: {} }, { name: 'b', only: { team: 'acme' } }, 7, { name: 'a' }],
      viewTemplates: [{ view: { name: 't' } }],
      credentials: [
        { name: 'one' },
        { name: 'two', bearerTokenDigest: 'secret-in-the-wrong-place' },
        { name: 'three', username: 'x' },
        { name: 'four', bearerTokenDigest: DIGEST, view: 'none' },
        { nme: 'five', bearerToken: TOKEN },
        'six',
      ],
    });
    const paths = problems.map((problem) => problem.split(': ', 1)[0]);
    expect(paths).toEqual(
      expect.arrayContaining([
        'registr',
        'register',
        'llm',
        'bearerToken',
        'apiKey',
        'insecureAllowUnauthenticated',
        'path',
        'summaryPath',
        'onEvent',
        'pseudonymKey',
        'timeoutMs',
        'maxBytes',
        'onMalformed',
        'writeTimeoutMs',
        'clock',
        'network.allowedIps[0]',
        'network.clientAddressHeader',
        'limits.failuresPerMinute',
        'views[0].onyl',
        'views[1].only',
        'views[2]',
        'views[3].name',
        'viewTemplates[0].scopedLabels',
        'credentials[0]',
        'credentials[1].bearerTokenDigest',
        'credentials[2].passwordHash',
        'credentials[4].nme',
        'credentials[4].name',
        'credentials[5]',
      ]),
    );
    expect(problems.join('\n')).not.toMatch(/secret-in|q7Zk2|with space/);
  });

  const CASES: readonly (readonly [why: string, options: object, problem: RegExp])[] = [
    [
      'both sources',
      { register: new Registry(), metrics: () => '' },
      /^metrics: is given together with register/,
    ],
    ['a source that is no function', { metrics: 'text' }, /^metrics: expected a function/],
    ['one path twice', { path: '/a', summaryPath: '/A' }, /^summaryPath: is the same as path/],
    [
      'an empty digest',
      { credentials: [{ name: 'a', bearerTokenDigest: '' }] },
      /bearerTokenDigest: is not a digest/,
    ],
    [
      'a credential without a view that is there',
      { credentials: [{ name: 'a', bearerTokenDigest: DIGEST, view: 'finance' }] },
      /^credentials\[0\]\.view: names no view; there is default$/,
    ],
    [
      'a template that is not there',
      {
        credentials: [
          {
            name: 'a',
            oidc: { issuer: 'https://idp.example', audience: ['x'] },
            view: { fromClaim: ['team'], template: 'tenants' },
          },
        ],
      },
      /^credentials\[0\]\.view: names no view template; there is none$/,
    ],
    [
      'a claim of a token that has none',
      {
        credentials: [
          {
            name: 'a',
            bearerToken: TOKEN,
            view: { fromClaim: ['team'], views: [{ value: 'a', view: 'default' }] },
          },
        ],
      },
      /^credentials\[0\]\.view\.fromClaim: needs a token with claims/,
    ],
    [
      'two credentials of one token',
      { bearerToken: TOKEN, credentials: [{ name: 'a', bearerToken: TOKEN }] },
      /^credentials\[0\]\.bearerToken: /,
    ],
    [
      'a name that is taken',
      { bearerToken: TOKEN, credentials: [{ name: 'bearer-token', bearerTokenDigest: DIGEST }] },
      /^credentials\[0\]\.name: /,
    ],
    [
      'limits that replicas share without a key',
      { limits: { redis: { url: 'x' } } },
      /^limits\.redis: needs pseudonymKey/,
    ],
    ['a number of a view', { views: [{ name: 'default', maxSeries: 0 }] }, /^views\[0\]\.maxSeries: /],
    ['a scope of a view', { views: [{ name: 'default', only: {} }] }, /^views\[0\]\.only: is empty/],
    [
      'a rule without an action',
      { views: [{ name: 'default', labels: [{ label: 'user' }] }] },
      /^views\[0\]\.labels: expected a list of rules/,
    ],
    [
      'a label that nothing is scoped by',
      { viewTemplates: [{ view: { name: 't' }, scopedLabels: ['le'] }] },
      /^viewTemplates\[0\]\.view\.only\.le: /,
    ],
  ];
  it.each(CASES)('are refused for %s', (_, options, problem) => {
    const problems = problemsOf(options);
    expect(
      problems.some((found) => problem.test(found)),
      problems.join('\n'),
    ).toBe(true);
  });

  it('have defaults, and a view for whoever names none', () => {
    const register = new Registry();
    const resolved = resolveMetricsOptions({ bearerToken: TOKEN }, register);
    expect(resolved).toMatchObject({
      ok: true,
      value: {
        registry: { source: register, timeoutMs: 10_000, maxBytes: 268_435_456, onMalformed: 'fail' },
        path: '/metrics',
        summaryPath: '/v1/metrics',
        writeTimeoutMs: 60_000,
        views: [{ name: 'default', target: 'application' }],
        warnings: [],
      },
    });
  });

  it('take variables of the environment as they are', () => {
    const unset: MetricsOptions = {
      bearerToken: undefined,
      apiKey: undefined,
      credentials: undefined,
      pseudonymKey: undefined,
      register: undefined,
    };
    expect(resolveMetricsOptions(unset, new Registry())).toMatchObject({
      ok: true,
      value: { guard: { credentials: [] } },
    });
  });

  it('make one credential of one text for token and key, which opens what either does', () => {
    const resolved = resolveMetricsOptions({ bearerToken: TOKEN, apiKey: TOKEN }, new Registry());
    expect(resolved).toMatchObject({
      ok: true,
      value: { guard: { credentials: [{ name: 'api-key', grant: { view: 'default' } }] } },
    });
    expect(JSON.stringify(resolved)).not.toContain('"summary":false');
    expect(JSON.stringify(resolved)).not.toContain(TOKEN);
  });
});
