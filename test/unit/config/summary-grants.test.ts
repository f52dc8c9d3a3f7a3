import { describe, expect, it } from 'vitest';
import { loadText, STRONG } from '../../support/load-configuration.js';

const TARGET = { SCRAPEGATE_TARGET: 'http://litellm.example/metrics' };

describe('who opens the summary', () => {
  it('METRICS_API_KEY alone, also beside the opt-out', async () => {
    const others = {
      METRICS_BEARER_TOKEN: STRONG,
      METRICS_BASIC_AUTH_USER: 'books',
      METRICS_BASIC_AUTH_PASSWORD: 'hunter2',
      SCRAPEGATE_INSECURE_ALLOW_UNAUTHENTICATED: 'true',
    };
    const without = (await loadText({ env: { ...TARGET, ...others } })).options.guard;
    expect(without.credentials).toMatchObject([{ grant: { summary: false } }, { grant: { summary: false } }]);
    expect(without.anonymous).toMatchObject({ summary: true });
    const loaded = await loadText({ env: { ...TARGET, ...others, METRICS_API_KEY: `${STRONG}2` } });
    const { credentials, anonymous } = loaded.options.guard;
    expect(credentials?.map(({ name, grant }) => [name, grant.summary])).toEqual([
      ['env-bearer-token', false],
      ['env-api-key', true],
      ['env-basic-auth', false],
    ]);
    expect(anonymous).toMatchObject({ summary: false });
  });

  it('METRICS_BEARER_TOKEN where METRICS_API_KEY is the same', async () => {
    const env = { ...TARGET, METRICS_BEARER_TOKEN: STRONG, METRICS_API_KEY: STRONG };
    const { credentials } = (await loadText({ env })).options.guard;
    expect(credentials).toMatchObject([{ name: 'env-bearer-token', grant: { summary: true } }]);
  });

  it('credentials of the file, unless they say no', async () => {
    const token = (name: string): string => `bearer_token: ${STRONG}${name}`;
    const { options } = await loadText({
      env: { ...TARGET, METRICS_API_KEY: STRONG },
      file: `credentials: { a: { view: default, ${token('a')} }, b: { view: default, summary: false, ${token('b')} } }`,
    });
    expect(options.guard.credentials?.map(({ name, grant }) => [name, grant.summary])).toEqual([
      ['a', true],
      ['b', false],
      ['env-api-key', true],
    ]);
  });

  it('nobody by an address alone', async () => {
    const { options } = await loadText({ env: { ...TARGET, METRICS_ALLOWED_IPS: '10.0.0.0/8' } });
    expect(options.guard.anonymous).toMatchObject({ summary: false });
  });
});
