import { describe, expect, test } from 'vitest';

import { createIntrospection, type Introspection } from '../../../../src/auth/oidc/introspection.js';
import type { IntrospectionAnswer } from '../../../../src/auth/oidc/introspection-request.js';
import type { IssuerFailure } from '../../../../src/auth/oidc/issuer-failure.js';
import { fail, ok, type Result } from '../../../../src/internal/result.js';
import { CLOCK_START_MS, ManualClock } from '../../../support/manual-clock.js';

type Answered = Result<IntrospectionAnswer, IssuerFailure>;

const ACTIVE: Answered = ok({ active: true, claims: { sub: 'a' } });
const INACTIVE: Answered = ok({ active: false });
const DOWN: Answered = fail({ reason: 'unreachable' });
const BUSY = { ok: false, error: 'verification_busy' };
const UNREACHABLE = { ok: false, error: 'issuer_unreachable' };

interface Scene {
  readonly clock: ManualClock;
  readonly introspection: Introspection;
  /** Tokens in the order in which they were asked about. */
  readonly asked: string[];
  /** What is answered; undefined: nothing until `release`. */
  answer: Answered | undefined;
  readonly release: (count: number, answered: Answered) => Promise<void>;
  readonly ask: (token: string, prefix?: string) => Promise<unknown>;
}

function scene(answer: Answered | undefined = ACTIVE): Scene {
  const clock = new ManualClock();
  const asked: string[] = [];
  const hanging: ((answered: Answered) => void)[] = [];
  const introspection = createIntrospection({
    clock,
    request: (token) => {
      asked.push(token);
      const { answer: now } = made;
      return now === undefined ? new Promise((resolve) => hanging.push(resolve)) : Promise.resolve(now);
    },
  });
  const made: Scene = {
    clock,
    introspection,
    asked,
    answer,
    release: async (count, answered) => {
      for (const resolve of hanging.splice(0, count)) resolve(answered);
      await settle();
    },
    ask: (token, prefix = '192.0.2.1') => introspection.ask(token, prefix),
  };
  return made;
}

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('createIntrospection', () => {
  test('asks once a minute at most about a token that nobody uses in between', async () => {
    const { ask, asked, clock } = scene();
    expect(await ask('t')).toEqual(ok({ sub: 'a' }));
    clock.advance(29_999);
    await ask('t');
    expect(asked).toHaveLength(1);
    clock.advance(30_001);
    await ask('t');
    expect(asked).toHaveLength(2);
  });

  test('renews what is used in the background', async () => {
    const one = scene();
    await one.ask('t');
    one.clock.advance(30_000);
    one.answer = undefined;
    expect(await one.ask('t')).toEqual(ok({ sub: 'a' }));
    expect(await one.ask('t')).toEqual(ok({ sub: 'a' }));
    expect(one.asked).toHaveLength(2);
    await one.release(1, ok({ active: true, claims: { sub: 'b' } }));
    expect(await one.ask('t')).toEqual(ok({ sub: 'b' }));
    one.clock.advance(29_999);
    expect([await one.ask('t'), one.asked.length]).toEqual([ok({ sub: 'b' }), 2]);
  });

  test('what is no longer active ends as soon as that is known', async () => {
    const one = scene();
    await one.ask('t');
    one.answer = INACTIVE;
    one.clock.advance(30_000);
    expect(await one.ask('t')).toEqual(ok({ sub: 'a' }));
    await settle();
    expect(await one.ask('t')).toEqual({ ok: false, error: 'token_inactive' });
  });

  test('knows what was accepted, however long ago, until it is not active any more', async () => {
    const one = scene();
    const { introspection } = one;
    await one.ask('t');
    expect(introspection.knows('t')).toBe(false);
    introspection.accepted('t', '192.0.2.1');
    one.clock.advance(24 * 60 * 60_000);
    expect([introspection.knows('t'), introspection.knows('T')]).toEqual([true, false]);
    one.answer = DOWN;
    expect(await one.ask('t')).toEqual(UNREACHABLE);
    expect(introspection.knows('t')).toBe(true);
    one.answer = INACTIVE;
    one.clock.advance(2_000);
    await one.ask('t');
    expect(introspection.knows('t')).toBe(false);
  });

  test('never remembers beyond the end of a token, whatever the wall clock does', async () => {
    const exp = CLOCK_START_MS / 1000 + 5;
    const one = scene(ok({ active: true, claims: { exp } }));
    await one.ask('t');
    one.clock.advance(4_999);
    await one.ask('t');
    expect(one.asked).toHaveLength(1);
    one.answer = INACTIVE;
    one.clock.advance(1);
    expect(await one.ask('t')).toEqual({ ok: false, error: 'token_inactive' });
  });

  test('remembers for ten seconds that a token is not active', async () => {
    const one = scene(INACTIVE);
    const inactive = { ok: false, error: 'token_inactive' };
    expect([await one.ask('t'), await one.ask('t'), one.asked.length]).toEqual([inactive, inactive, 1]);
    one.clock.advance(10_000);
    one.answer = ACTIVE;
    expect(await one.ask('t')).toEqual(ok({ sub: 'a' }));
  });

  test('asks about one token every two seconds while nobody answers', async () => {
    const one = scene(DOWN);
    for (let index = 0; index < 20; index += 1) {
      expect(await one.ask('t')).toEqual(UNREACHABLE);
      one.clock.advance(500);
    }
    expect(one.asked).toHaveLength(5);
  });

  test('a failure forgets nothing', async () => {
    const one = scene();
    await one.ask('t');
    one.answer = DOWN;
    one.clock.advance(59_000);
    expect(await one.ask('t')).toEqual(ok({ sub: 'a' }));
    await settle();
    expect(await one.ask('t')).toEqual(ok({ sub: 'a' }));
    one.clock.advance(1_000);
    expect(await one.ask('t')).toEqual(UNREACHABLE);
  });

  test('A6: remembers whole tokens', async () => {
    const one = scene();
    await one.ask('token-a');
    one.answer = INACTIVE;
    expect(await one.ask('token-b')).toEqual({ ok: false, error: 'token_inactive' });
    expect(await one.ask('token-a')).toEqual(ok({ sub: 'a' }));
    one.introspection.accepted('token-a', '192.0.2.1');
    expect(one.introspection.knows('token-')).toBe(false);
  });

  test('shares one question among those who ask the same', async () => {
    const one = scene(undefined);
    const answers = Promise.all([one.ask('t'), one.ask('t'), one.ask('t', '192.0.2.2')]);
    await settle();
    expect(one.asked).toEqual(['t']);
    await one.release(1, ACTIVE);
    expect(await answers).toEqual([ok({ sub: 'a' }), ok({ sub: 'a' }), ok({ sub: 'a' })]);
  });

  test('leaves half of the places, and the head of the queue, to those who were right before', async () => {
    const one = scene();
    await one.ask('good');
    one.introspection.accepted('good', '192.0.2.1');
    // Active, and nothing that opens the gate.
    await one.ask('of another service', '198.51.100.7');
    one.answer = undefined;
    one.clock.advance(60_000);
    const flood = Array.from({ length: 60 }, (_, index) => one.ask(`random-${index}`, '198.51.100.7'));
    await settle();
    expect(one.asked).toHaveLength(2 + 4);
    // More than there are places for, and beyond the limit of a second: refused at once.
    expect(await Promise.race(flood.slice(36))).toEqual(BUSY);
    const good = one.ask('good', '203.0.113.9');
    const renewed = one.ask('renewed', '192.0.2.1');
    await settle();
    expect(one.asked.slice(6)).toEqual(['good', 'renewed']);
    await one.release(6, ACTIVE);
    expect(await Promise.all([good, renewed])).toEqual([ok({ sub: 'a' }), ok({ sub: 'a' })]);
  });

  test('begins a bounded number of questions each second, for each of the two', async () => {
    const one = scene(INACTIVE);
    const askMany = async (count: number, name: string): Promise<number> => {
      const before = one.asked.length;
      for (let index = 0; index < count; index += 1) await one.ask(`${name}-${index}`, '198.51.100.7');
      return one.asked.length - before;
    };
    expect(await askMany(80, 'a')).toBe(50);
    expect(await one.ask('b', '198.51.100.7')).toEqual(BUSY);
    one.clock.advance(1_000);
    expect(await askMany(80, 'c')).toBe(50);
  });
});
