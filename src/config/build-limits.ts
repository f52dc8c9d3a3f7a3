// How many failures and requests are too many, and where replicas count them together: file and environment to
// LimitsOptions.

import type { LimitsOptions, RedisOptions } from '../limits/limiter.js';
import { isIoredisInstalled } from '../limits/redis/open-redis.js';
import type { BuildContext } from './build-context.js';
import type { SettingPaths } from '../internal/setting-paths.js';

const MINUTE_MS = 60_000;

/** The limits; where each option came from goes to `paths`. */
export function buildLimits(context: BuildContext, paths: SettingPaths): LimitsOptions {
  const { file, env, problems } = context;
  const { limits } = file.options;
  const requestsPerWindow = env.rateLimitMax ?? limits?.requests_per_minute;
  paths.set('limits.failuresPerMinute', 'limits.failures_per_minute');
  paths.set('limits.lockoutMs', 'limits.lockout');
  paths.set(
    'limits.requestsPerWindow',
    env.rateLimitMax === undefined ? 'limits.requests_per_minute' : 'RATE_LIMIT_MAX',
  );
  paths.set('limits.windowMs', 'RATE_LIMIT_WINDOW_MS');
  const windowMs = env.rateLimitWindowMs ?? (requestsPerWindow === undefined ? undefined : MINUTE_MS);
  if (
    env.rateLimitWindowMs !== undefined &&
    env.rateLimitMax === undefined &&
    limits?.requests_per_minute !== undefined
  ) {
    problems.add(
      'RATE_LIMIT_WINDOW_MS',
      'changes the minute of limits.requests_per_minute; set RATE_LIMIT_MAX as well',
    );
  }
  const redis = buildRedis(context, paths);
  return {
    ...(limits?.failures_per_minute !== undefined && { failuresPerMinute: limits.failures_per_minute }),
    ...(limits?.lockout !== undefined && { lockoutMs: limits.lockout }),
    ...(requestsPerWindow !== undefined && { requestsPerWindow }),
    ...(windowMs !== undefined && { windowMs }),
    ...(redis !== undefined && { redis }),
  };
}

function buildRedis(
  { file, fileReader, problems }: BuildContext,
  paths: SettingPaths,
): RedisOptions | undefined {
  const { redis_url, redis_url_file, redis_ca_file, redis_key_prefix } = file.options.limits ?? {};
  const url = fileReader.secret({
    setting: 'limits.redis_url',
    value: redis_url,
    fileSetting: 'limits.redis_url_file',
    file: redis_url_file,
  });
  const caPem =
    redis_ca_file === undefined ? undefined : fileReader.text('limits.redis_ca_file', redis_ca_file);
  paths.set('limits.redis.url', redis_url === undefined ? 'limits.redis_url_file' : 'limits.redis_url');
  paths.set('limits.redis.caPem', 'limits.redis_ca_file');
  paths.set('limits.redis.keyPrefix', 'limits.redis_key_prefix');
  if (redis_url === undefined && redis_url_file === undefined) {
    const without = 'is of no use without limits.redis_url or limits.redis_url_file';
    if (redis_ca_file !== undefined) problems.add('limits.redis_ca_file', without);
    if (redis_key_prefix !== undefined) problems.add('limits.redis_key_prefix', without);
  }
  if (url === undefined) return undefined;
  return {
    url,
    ...(caPem !== undefined && { caPem }),
    ...(redis_key_prefix !== undefined && { keyPrefix: redis_key_prefix }),
  };
}

/** What sharing limits needs besides a Redis: a key that replicas have in common, and the package that speaks to it. */
export async function checkSharing(
  { file, env, problems }: BuildContext,
  isInstalled: () => Promise<boolean> = isIoredisInstalled,
): Promise<void> {
  const { redis_url, redis_url_file } = file.options.limits ?? {};
  if (redis_url === undefined && redis_url_file === undefined) return;
  const setting = redis_url === undefined ? 'limits.redis_url_file' : 'limits.redis_url';
  if ((env.pseudonymKeyFile ?? file.options.pseudonym_key_file) === undefined) {
    problems.add(
      setting,
      'needs pseudonym_key_file, the same for all replicas: the names of their keys in Redis come from it',
    );
  }
  if (!(await isInstalled())) {
    problems.add(
      setting,
      'needs the package ioredis 5, which is not installed; run "npm install ioredis@5" beside scrapegate',
    );
  }
}
