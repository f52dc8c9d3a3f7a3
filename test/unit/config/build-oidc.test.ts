import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadProblems, loadText } from '../../support/load-configuration.js';

describe('an identity provider in the environment', () => {
  const OAUTH2 = {
    SCRAPEGATE_TARGET: 'http://127.0.0.1:4000/metrics',
    METRICS_OAUTH2_ISSUER: 'https://idp.example.com',
    METRICS_OAUTH2_AUDIENCE: 'scrapegate',
  };

  it('opens the view default and the metrics of the gate, and closes the gate to addresses alone', async () => {
    const { options } = await loadText({ env: { ...OAUTH2, METRICS_ALLOWED_IPS: '10.0.0.0/8' } });
    expect(options.guard.credentials).toEqual([
      {
        name: 'env-oauth2',
        proofs: [{ kind: 'oidc', issuer: 'https://idp.example.com', audience: ['scrapegate'] }],
        grant: { view: 'default', target: 'default', self: true, summary: false },
      },
    ]);
    expect(options.guard.anonymous).toBeUndefined();
    expect(options.views.map(({ name }) => name)).toEqual(['default']);
  });

  it('is checked as that of the file, under the names of the variables', async () => {
    const problems = await loadProblems({
      env: {
        ...OAUTH2,
        METRICS_OAUTH2_ISSUER: 'http://idp.example.com/?hunter2',
        METRICS_OAUTH2_JWKS_URI: 'ftp://idp.example.com/hunter2',
        METRICS_OAUTH2_ALGORITHMS: 'RS256, HS256',
      },
    });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'METRICS_OAUTH2_ISSUER',
      'METRICS_OAUTH2_JWKS_URI',
      'METRICS_OAUTH2_ALGORITHMS[1]',
    ]);
    expect(problems.join(' ')).not.toContain('hunter2');
  });

  it('is checked as a whole, also where a part of it is missing or wrong', async () => {
    const { METRICS_OAUTH2_ISSUER: issuer, METRICS_OAUTH2_AUDIENCE: audience, ...target } = OAUTH2;
    const algorithms = { METRICS_OAUTH2_ALGORITHMS: 'HS256' };
    const settings = async (env: Record<string, string>): Promise<readonly (string | undefined)[]> =>
      (await loadProblems({ env: { ...target, ...algorithms, ...env } })).map((text) => text.split(':')[0]);
    expect(await settings({ METRICS_OAUTH2_ISSUER: 'ftp://idp.example.com' })).toEqual([
      'METRICS_OAUTH2_AUDIENCE',
      'METRICS_OAUTH2_ISSUER',
      'METRICS_OAUTH2_ALGORITHMS[0]',
    ]);
    expect(await settings({ METRICS_OAUTH2_AUDIENCE: audience })).toEqual([
      'METRICS_OAUTH2_ISSUER',
      'METRICS_OAUTH2_ALGORITHMS[0]',
    ]);
    expect(await settings({ METRICS_OAUTH2_ISSUER: issuer, METRICS_OAUTH2_AUDIENCE: 'a,,b' })).toEqual([
      'METRICS_OAUTH2_AUDIENCE',
      'METRICS_OAUTH2_ALGORITHMS[0]',
    ]);
  });
});

describe('an identity provider in the file', () => {
  const file = (oidc: string): string => `
targets: { litellm: { url: "http://127.0.0.1:4000/metrics" } }
credentials: { idp: { view: default, oidc: { issuer: "https://idp.example.com", audience: a, ${oidc} } } }`;

  it('may have authorities of its own, and a secret in a file', async () => {
    const ca = readFileSync(new URL('../../support/fixtures/tls/ca.pem', import.meta.url), 'latin1');
    const { options } = await loadText({
      file: file('ca_file: ca.pem, introspection: { client_id: gate, client_secret_file: secret }'),
      files: { '/gate/ca.pem': ca, '/gate/secret': 'hunter2\n' },
    });
    expect(options.guard.credentials).toMatchObject([
      { proofs: [{ caPem: ca, introspection: { clientId: 'gate' } }] },
    ]);
    const [proof] = options.guard.credentials?.[0]?.proofs ?? [];
    expect(proof?.kind === 'oidc' && proof.introspection?.clientSecret.reveal()).toBe('hunter2');
    expect(JSON.stringify(options)).not.toContain('hunter2');
  });

  it.each([
    ['ca_file: nowhere.pem', {}, 'credentials.idp.oidc.ca_file: names a file that does not exist'],
    [
      'ca_file: ca.pem',
      { '/gate/ca.pem': 'hunter2' },
      'credentials.idp.oidc.ca_file: is not a list of certificates',
    ],
    [
      'introspection: { client_id: gate, client_secret_file: secret }',
      { '/gate/secret': '\n' },
      'credentials.idp.oidc.introspection.client_secret_file: names a file that is empty',
    ],
  ])('is refused with %s, once and without what is in it', async (oidc, files, expected) => {
    const problems = await loadProblems({ file: file(oidc), files });
    expect(problems).toEqual([expect.stringContaining(expected)]);
    expect(problems.join(' ')).not.toContain('hunter2');
  });
});
