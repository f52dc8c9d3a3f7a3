// Section f of the attack list: creation times, which say when each person was first seen. On the assembled gate.

import { describe, expect, it } from 'vitest';
import type { LabelRule } from '../../src/views/options.js';
import { sampleLines, view } from '../support/scraped.js';
import {
  BEARER,
  OPENMETRICS_ACCEPT,
  OPENMETRICS_TYPE,
  answering,
  startGateway,
} from '../support/start-gateway.js';

type Pairs = (who: string) => string;

/** A counter and a histogram of two people, with creation times, as each format prints them. */
function bodyOf(format: 'text' | 'openmetrics', pairs: Pairs): string {
  const isText = format === 'text';
  const people = ['erika', 'max'];
  const created = (family: string): readonly string[] =>
    people.map((who, index) => `${family}_created{${pairs(who)}} 160000000${index}.5`);
  return [
    `# TYPE ${isText ? 'x_total' : 'x'} counter`,
    ...people.map((who) => `x_total{${pairs(who)}} 1`),
    ...(isText ? ['# TYPE x_created gauge'] : []),
    ...created('x'),
    '# TYPE h histogram',
    ...people.flatMap((who) => [
      `h_bucket{${pairs(who)},le="+Inf"} 1`,
      `h_count{${pairs(who)}} 1`,
      `h_sum{${pairs(who)}} 1`,
      ...(isText ? [] : [`h_created{${pairs(who)}} 1600000002.5`]),
    ]),
    ...(isText ? ['# TYPE h_created gauge', ...created('h')] : ['# EOF']),
    '',
  ].join('\n');
}

describe.each(['text', 'openmetrics'] as const)('f. creation times, %s', (format) => {
  async function shownOf(pairs: Pairs, labels: readonly LabelRule[] = []): Promise<string> {
    const scene = await startGateway({
      upstream: answering(
        bodyOf(format, pairs),
        format === 'text' ? 'text/plain; version=0.0.4' : OPENMETRICS_TYPE,
      ),
      views: [view({ labels })],
    });
    const headers = { Authorization: BEARER, Accept: format === 'text' ? 'text/plain' : OPENMETRICS_ACCEPT };
    const answer = await scene.get('/metrics', { headers });
    expect(answer.status).toBe(200);
    return answer.text;
  }

  it('P5: of people who are put together are not shown: each would still be one person’s', async () => {
    const text = await shownOf((who) => `model="m",client_ip="${who}.invalid"`);
    expect(text).not.toMatch(/_created|160000000|erika|max\./);
    expect(sampleLines(text)).toContain('x_total{model="m"} 2');
  });

  it('P5: of people with pseudonyms have the same pseudonyms, and no name', async () => {
    const text = await shownOf((who) => `user="${who}"`);
    expect(text).not.toMatch(/erika|max/);
    const pseudonyms = (name: string): readonly string[] =>
      [...text.matchAll(new RegExp(`^${name}\\{user="(p_[a-z2-7]{26})"`, 'gm'))].map(([, user = '']) => user);
    expect(pseudonyms('x_total')).toHaveLength(2);
    expect(pseudonyms('x_created')).toEqual(pseudonyms('x_total'));
    expect(pseudonyms('h_created')).toEqual(pseudonyms('h_count'));
  });

  it('P5: obey a rule that names the metric they belong to', async () => {
    const rule = { label: 'colour', action: 'drop', metric: 'x_total' } as const;
    const text = await shownOf((who) => `colour="${who}"`, [rule]);
    expect(text).not.toMatch(/^x_created/m);
    expect(sampleLines(text).filter((line) => line.startsWith('x'))).toEqual(['x_total 2']);
  });
});
