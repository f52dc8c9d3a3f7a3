import { describe, expect, it } from 'vitest';
import { warnIfOpen } from '../../../src/gateway/open-target.js';
import { Secret } from '../../../src/internal/secret.js';
import { ManualClock } from '../../support/manual-clock.js';
import { startUpstream } from '../../support/start-gateway.js';

describe('warnIfOpen', () => {
  it.each(['127.0.0.1', '127.255.0.9', '[::ffff:127.0.0.1]', 'localhost', 'LOCALHOST', 'gate.localhost'])(
    'does not even ask a target on %s',
    async (host) => {
      const upstream = await startUpstream();
      const options = { name: 'upstream', url: upstream.url.replace('127.0.0.1', host) };
      expect(await warnIfOpen(options, new ManualClock())).toBeUndefined();
      expect(upstream.requests).toHaveLength(0);
    },
  );

  it('asks a target elsewhere as a stranger, once, and warns when it answers', async () => {
    const upstream = await startUpstream();
    // This machine under an address that does not look like it.
    const url = upstream.url.replace('127.0.0.1', '0.0.0.0');
    const credential = { kind: 'bearer', token: new Secret('the-gates-own') } as const;
    const warning = await warnIfOpen({ name: 'upstream', url, credential }, new ManualClock());
    expect(warning).toMatchObject({ code: 'WARN_SCRAPEGATE_TARGET_OPEN' });
    expect(warning?.message).toContain('"upstream"');
    expect(upstream.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it('is content with a target that wants a credential', async () => {
    const upstream = await startUpstream((_request, response) => void response.writeHead(401).end());
    const url = upstream.url.replace('127.0.0.1', '0.0.0.0');
    expect(await warnIfOpen({ name: 'upstream', url }, new ManualClock())).toBeUndefined();
    expect(upstream.requests).toHaveLength(1);
  });
});
