// Warnings of a gate in a server, and where they go.

import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createMetricsGate } from '../../../src/embedded/gate.js';
import type { MetricsEvent, MetricsOptions } from '../../../src/embedded/options.js';
import { PSEUDONYM_KEY, TOKEN } from '../../support/start-gateway.js';

function warningsOf(options: MetricsOptions): readonly string[] {
  const events: MetricsEvent[] = [];
  const gate = createMetricsGate({
    pseudonymKey: PSEUDONYM_KEY,
    ...options,
    onEvent: (event) => events.push(event),
  });
  onTestFinished(() => gate.close());
  return events.map((event) => (event.kind === 'warning' ? event.warning.code : event.kind));
}

describe('a gate warns', () => {
  it.each([
    ['that it is closed', {}, ['WARN_SCRAPEGATE_CLOSED']],
    ['of the opt-out', { insecureAllowUnauthenticated: true }, ['WARN_SCRAPEGATE_UNAUTHENTICATED']],
    ['of a weak token', { bearerToken: 'hunter2' }, ['WARN_SCRAPEGATE_TOKEN_WEAK']],
    [
      'of a key of this process alone',
      { bearerToken: TOKEN, pseudonymKey: undefined },
      ['WARN_SCRAPEGATE_PSEUDONYM_KEY_EPHEMERAL'],
    ],
    [
      'of proxies that anybody may be',
      { bearerToken: TOKEN, network: { trustPrivatePeers: true } },
      ['WARN_SCRAPEGATE_TRUST_PROXY_ANY'],
    ],
    [
      'of a weak hash',
      {
        credentials: [
          {
            name: 'a',
            username: 'a',
            passwordHash: '$2y$05$nawvaJa3fWDAuGAaXjkc8.c2ar0gnG/ZT.vJ7uSBwRLMxpitCJAMK',
          },
        ],
      },
      ['WARN_SCRAPEGATE_PASSWORD_HASH_WEAK'],
    ],
    [
      'of a credential that has expired',
      { credentials: [{ name: 'a', bearerToken: TOKEN, notAfterMs: 1 }] },
      ['WARN_SCRAPEGATE_CREDENTIAL_UNUSABLE'],
    ],
    ['of nothing where there is nothing', { bearerToken: TOKEN }, []],
  ])('%s', (_, options, codes) => {
    expect(warningsOf(options)).toEqual(codes);
  });

  it('in one line of the process where nobody listens, which says how to make a token', () => {
    const emitted = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    onTestFinished(() => emitted.mockRestore());
    const gate = createMetricsGate({ pseudonymKey: PSEUDONYM_KEY });
    onTestFinished(() => gate.close());
    expect(emitted.mock.calls).toEqual([
      [
        'no credential is configured, so every scrape of /metrics is refused; make a token with "npx --no-install scrapegate token" and give it as bearerToken',
        { type: 'ScrapegateWarning', code: 'WARN_SCRAPEGATE_CLOSED' },
      ],
    ]);
  });
});
