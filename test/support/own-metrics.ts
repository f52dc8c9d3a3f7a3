// Every metric that the gate has of itself, each with at least one sample, made by the code that the gate makes them with.

import { createOwnMetrics } from '../../src/gateway/own-metrics.js';
import { createAnswer } from '../../src/http/answer.js';
import { ManualClock } from './manual-clock.js';

/** Their exposition. */
export async function exposeOwnMetrics(): Promise<string> {
  const metrics = createOwnMetrics({
    clock: new ManualClock(),
    facts: () => ({
      targets: new Set(['target']),
      seriesLimits: new Map([['view', 1]]),
      credentialExpiriesMs: new Map([['credential', 1]]),
      certificateExpiryMs: 1,
    }),
    lockedOut: () => 0,
    connections: () => 0,
    templateViews: () => new Map([['team', 1]]),
    keyAges: () => [{ issuer: 'issuer', ageMs: 1 }],
  });
  const effects = {
    pseudonymised: new Map([['user', 1]]),
    dropped: new Map([['client_ip', 1]]),
    overflowed: new Map([['model', 1]]),
    withheld: new Map([['overflow' as const, 1]]),
    detected: new Map([['model', new Map([['email' as const, 1]])]]),
  };
  metrics.targetAnswered('target');
  metrics.fetchFailed('target', { reason: 'unreachable' });
  const outcome = {
    answer: createAnswer(200, 'text/plain', ''),
    decision: 'allowed',
    reason: 'target_failed',
    target: 'target',
    view: 'view',
    credential: 'credential',
    fetchMs: 1,
    renderMs: 1,
    rendered: { format: 'text', seriesIn: 1, seriesOut: 1, effects },
  } as const;
  metrics.scraped('target', outcome);
  metrics.request('/metrics', outcome);
  metrics.warned({ code: 'WARN_SCRAPEGATE_CLOSED', message: '' });
  metrics.issuerAsked('issuer', 'keys', 'success');
  metrics.connectionClosed('client_limit');
  metrics.reloaded(true);
  metrics.stateSaved(true);
  metrics.limitsShared(true);
  metrics.viewForgotten('team');
  return metrics.exposition();
}
