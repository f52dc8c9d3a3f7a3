import { expect, it } from 'vitest';
import { createClosureLog } from '../../../src/gateway/closure-log.js';
import type { GatewayEvent } from '../../../src/gateway/events.js';
import { ManualClock } from '../../support/manual-clock.js';

it('tells the first of a reason at once, and what follows as numbers', () => {
  const clock = new ManualClock();
  const events: GatewayEvent[] = [];
  const closed = createClosureLog(clock, (event) => events.push(event));
  const kind = 'connection_closed';
  for (let index = 0; index < 1000; index += 1) closed('client_limit', `192.0.2.${index % 250}`);
  closed('tls_failed', undefined, 'ERR_A');
  closed('tls_failed', undefined, 'ERR_B');
  closed('tls_failed', '192.0.2.7');
  expect(events).toEqual([
    { kind, reason: 'client_limit', client: '192.0.2.0', count: 1 },
    { kind, reason: 'tls_failed', detail: 'ERR_A', count: 1 },
  ]);
  clock.advance(10_000);
  expect(events.slice(2)).toEqual([
    { kind, reason: 'client_limit', client: '192.0.2.249', count: 999 },
    { kind, reason: 'tls_failed', client: '192.0.2.7', count: 2 },
  ]);
  closed('client_limit', '192.0.2.1');
  clock.advance(9_999);
  expect(events).toHaveLength(4);
  clock.advance(1);
  expect(events.slice(4)).toEqual([{ kind, reason: 'client_limit', client: '192.0.2.1', count: 1 }]);
  clock.advance(20_000);
  expect([events.length, clock.pendingTimers]).toEqual([5, 0]);
});
