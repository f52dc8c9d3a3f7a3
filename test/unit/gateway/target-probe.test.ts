import { describe, expect, it } from 'vitest';
import { probeTarget, type ProbeListener } from '../../../src/gateway/target-probe.js';
import { fail, ok } from '../../../src/internal/result.js';
import type { Target, TargetFailure } from '../../../src/targets/target.js';
import { ManualClock } from '../../support/manual-clock.js';

interface Scene {
  readonly clock: ManualClock;
  readonly target: Target;
  asked: number;
  answers: boolean;
  failure: TargetFailure;
  readonly said: string[];
  readonly listener: ProbeListener;
}

function scene(): Scene {
  const made: Scene = {
    clock: new ManualClock(),
    asked: 0,
    answers: false,
    failure: { reason: 'unreachable' },
    said: [],
    listener: {
      onAnswer: () => void made.said.push('answered'),
      onFailure: ({ reason, detail = '' }) => void made.said.push(`${reason} ${detail}`.trim()),
    },
    target: {
      name: 'upstream',
      fetch: () => {
        made.asked += 1;
        return Promise.resolve(
          made.answers
            ? ok({
                format: 'text',
                quotedNames: false,
                body: new Uint8Array(),
                receivedBytes: 0,
                durationMs: 0,
              })
            : fail(made.failure),
        );
      },
      close: () => Promise.resolve(),
    },
  };
  return made;
}

/** Lets everything that waits for nothing but promises go on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('probeTarget', () => {
  it('asks again and again with growing pauses, up to half a minute', async () => {
    const made = scene();
    const probe = probeTarget(made.target, made.clock, made.listener);
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) {
      await settled();
      const before = made.asked;
      let pause = 0;
      while (made.asked === before) {
        made.clock.advance(500);
        pause += 500;
      }
      pauses.push(pause);
    }
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    probe.stop();
  });

  it('says why there is no answer, once for each change of the reason', async () => {
    const made = scene();
    probeTarget(made.target, made.clock, made.listener);
    const failures: readonly TargetFailure[] = [
      { reason: 'unreachable', detail: 'ECONNREFUSED' },
      { reason: 'unreachable', detail: 'ECONNREFUSED' },
      { reason: 'status_not_200', detail: '401' },
      { reason: 'status_not_200', detail: '403' },
      { reason: 'status_not_200', detail: '403' },
      { reason: 'unreachable', detail: 'ECONNREFUSED' },
    ];
    await settled();
    for (const failure of failures) {
      made.failure = failure;
      made.clock.advance(30_000);
      await settled();
    }
    expect(made.asked).toBe(7);
    expect(made.said).toEqual([
      'unreachable',
      'unreachable ECONNREFUSED',
      'status_not_200 401',
      'status_not_200 403',
      'unreachable ECONNREFUSED',
    ]);
  });

  it('says once that the target answered, and asks no more', async () => {
    const made = scene();
    probeTarget(made.target, made.clock, made.listener);
    await settled();
    made.answers = true;
    made.clock.advance(1000);
    await settled();
    made.clock.advance(100_000);
    await settled();
    expect([made.said, made.asked, made.clock.pendingTimers]).toEqual([['unreachable', 'answered'], 2, 0]);
  });

  it('says and asks nothing once it was stopped, also while an answer is on its way', async () => {
    const made = scene();
    const early = probeTarget(made.target, made.clock, made.listener);
    await settled();
    early.stop();
    expect(made.clock.pendingTimers).toBe(0);
    made.answers = true;
    probeTarget(made.target, made.clock, made.listener).stop();
    await settled();
    made.clock.advance(100_000);
    expect([made.said, made.asked]).toEqual([['unreachable'], 2]);
  });
});
