import { describe, expect, it } from 'vitest';
import { nearestName } from '../../../src/config/suggest.js';

const KNOWN = ['listen', 'metrics_listen', 'allowed_ips', 'targets', 'tls'];

describe('nearestName', () => {
  it.each(['redis_url', 'oidc', 'x', '', 'listen_everywhere_please', 'a'.repeat(10_000)])(
    'suggests nothing for %s',
    (name) => expect(nearestName(name, KNOWN)).toBeUndefined(),
  );

  it.each([
    ['listn', 'listen'],
    ['lisetn', 'listen'],
    ['metrics-listen', 'metrics_listen'],
    ['allowedIps', 'allowed_ips'],
    ['ALLOWED_IPS', 'allowed_ips'],
    ['target', 'targets'],
    ['tsl', 'tls'],
  ])('%s is probably %s', (name, expected) => expect(nearestName(name, KNOWN)).toBe(expected));
});
