import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ProblemList } from '../../../src/config/problems.js';
import { FileReader } from '../../../src/config/secrets.js';
import { checkSharing } from '../../../src/config/build-limits.js';
import { describeConfiguration } from '../../../src/config/describe.js';
import { NO_FILE } from '../../../src/config/file.js';
import { readEnvironment } from '../../../src/config/environment.js';
import { loadProblems, loadText, STRONG } from '../../support/load-configuration.js';

const CA = readFileSync(new URL('../../support/fixtures/tls/ca.pem', import.meta.url), 'latin1');
const KEY = { '/gate/key': '0123456789abcdefghijklmnopqrstuvwxyz' };
const REST = `
targets: { litellm: { url: "http://litellm.example/metrics" } }
views: { operations: { target: litellm } }
credentials: { prometheus: { view: operations, bearer_token: ${STRONG} } }
`;
const WITH_KEY = `pseudonym_key_file: key\n${REST}`;

describe('limits in Redis', () => {
  it('need the key that replicas have in common', async () => {
    expect(await loadProblems({ file: `limits: { redis_url: "redis://redis.example" }${REST}` })).toEqual([
      'limits.redis_url: needs pseudonym_key_file, the same for all replicas: the names of their keys in Redis come from it',
    ]);
  });

  it('are refused where the URL is none, without repeating it', async () => {
    const problems = await loadProblems({
      file: `limits: { redis_url: "http://user:hunter2@redis.example" }\n${WITH_KEY}`,
      files: KEY,
    });
    expect(problems).toEqual([
      expect.stringMatching(/^limits\.redis_url: expected redis:\/\/ or rediss:\/\//),
    ]);
    expect(problems.join()).not.toContain('hunter2');
  });

  it('are given once, and nothing of them without a URL', async () => {
    expect(
      await loadProblems({
        file: `limits: { redis_url: "redis://redis.example", redis_url_file: url }\n${WITH_KEY}`,
        files: { ...KEY, '/gate/url': 'redis://redis.example' },
      }),
    ).toEqual(['limits.redis_url: is given together with limits.redis_url_file; keep one of the two']);
    expect(
      await loadProblems({
        file: `limits: { redis_key_prefix: x, redis_ca_file: ca }\n${WITH_KEY}`,
        files: { ...KEY, '/gate/ca': CA },
      }),
    ).toEqual([
      'limits.redis_ca_file: is of no use without limits.redis_url or limits.redis_url_file',
      'limits.redis_key_prefix: is of no use without limits.redis_url or limits.redis_url_file',
    ]);
  });

  it('come from files, are described without their password, and are no secret otherwise', async () => {
    const loaded = await loadText({
      file: `limits: { redis_url_file: url, redis_ca_file: ca, redis_key_prefix: "gate:" }\n${WITH_KEY}`,
      files: { ...KEY, '/gate/url': 'rediss://gate:hunter2@redis.example:7000/2\n', '/gate/ca': CA },
    });
    expect(loaded.options.guard.limits?.redis).toMatchObject({ caPem: CA, keyPrefix: 'gate:' });
    expect(loaded.options.guard.limits?.redis?.url.reveal()).toBe(
      'rediss://gate:hunter2@redis.example:7000/2',
    );
    const text = describeConfiguration(loaded).join('\n');
    expect(text).toContain(
      'shared by replicas: in Redis at redis.example:7000 over TLS, database 2, keys "gate:"',
    );
    expect(text).not.toContain('hunter2');
  });

  it('need the package that speaks to Redis, and say how to get it', async () => {
    const problems = new ProblemList();
    const reader = new FileReader({ configPath: undefined, readFile: () => new Uint8Array(), problems });
    const file = {
      ...NO_FILE,
      options: { limits: { redis_url: 'redis://redis.example' }, pseudonym_key_file: 'key' },
    };
    const env = readEnvironment({}, reader, problems);
    const context = {
      file,
      env,
      fileReader: reader,
      envReader: reader,
      problems,
      web: undefined,
      warnings: [],
    };
    await checkSharing(context, async () => true);
    expect(problems.all).toEqual([]);
    await checkSharing(context, async () => false);
    expect(problems.all.map(({ path, message }) => `${path} ${message}`)).toEqual([
      'limits.redis_url needs the package ioredis 5, which is not installed; run "npm install ioredis@5" beside scrapegate',
    ]);
  });
});

describe('reload_interval', () => {
  it.each(['99ms', '2d'])('of %s is refused', async (interval) => {
    expect(await loadProblems({ file: `reload_interval: ${interval}${REST}` })).toEqual([
      'reload_interval: expected a duration from 100ms to 1d',
    ]);
  });

  it('is five seconds unless it is given', async () => {
    expect((await loadText({ file: REST })).reloadIntervalMs).toBe(5_000);
    expect((await loadText({ file: `reload_interval: 1m${REST}` })).reloadIntervalMs).toBe(60_000);
  });
});
