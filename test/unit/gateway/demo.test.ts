import { describe, expect, it } from 'vitest';
import { compareDemoSeries } from '../../../src/gateway/demo.js';
import { ManualClock } from '../../support/manual-clock.js';

describe('compareDemoSeries', () => {
  it('shows one series of a person, and its sum over clients under pseudonyms', async () => {
    const compared = await compareDemoSeries(Buffer.alloc(32, 1), new ManualClock());
    const [, before = ''] =
      /\{user_email=".+@.+", team_alias=".+", client_ip=".+", …\} (\d+)$/.exec(compared?.before ?? '') ?? [];
    const [, after = ''] =
      /^\{user_email="p_[a-z2-7]{26}", team_alias="p_[a-z2-7]{26}", …\} (\d+)$/.exec(compared?.after ?? '') ??
      [];
    expect(Number(before)).toBeGreaterThan(0);
    expect(Number(after)).toBeGreaterThan(Number(before));
    expect(compared?.metric).toBe('litellm_proxy_total_requests_metric_total');
  });

  it('shows pseudonyms under the key of the run', async () => {
    const [one, other] = await Promise.all(
      [1, 2].map((key) => compareDemoSeries(Buffer.alloc(32, key), new ManualClock())),
    );
    expect(one?.before).toBe(other?.before);
    expect(one?.after).not.toBe(other?.after);
  });
});
