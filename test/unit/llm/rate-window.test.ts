import { describe, expect, it } from 'vitest';
import { RateWindow } from '../../../src/llm/rate-window.js';

describe('RateWindow', () => {
  it('is zero before anything happened', () => {
    expect(new RateWindow(500).perSecond(500)).toBe(0);
  });

  it('counts over the time since the start, a second at least', () => {
    const window = new RateWindow(1000);
    for (let at = 0; at < 10; at += 1) window.add(1000);
    expect(window.perSecond(1000)).toBe(10);
    expect(window.perSecond(6000)).toBe(2);
  });

  it('forgets what is older than a minute', () => {
    const window = new RateWindow(0);
    for (let second = 0; second < 300; second += 1) window.add(second * 1000);
    expect(window.perSecond(299_999)).toBe(1);
    expect(window.perSecond(299_999 + 30_000)).toBe(0.5);
    expect(window.perSecond(299_999 + 60_000)).toBe(0);
    expect(window.perSecond(1e12)).toBe(0);
  });

  it('outlives times that go back or are none', () => {
    const window = new RateWindow(100_000);
    window.add(50_000);
    window.add(Number.NaN);
    expect(window.perSecond(100_000)).toBe(2);
  });
});
