import { describe, expect, test } from 'vitest';
import { describeView } from '../../../src/views/describe.js';

const DETECTORS = 'e-mail addresses, IP addresses, tokens and API keys anywhere else: replaced by pseudonyms';

describe('describeView', () => {
  test('says what the preset hides', () => {
    expect(describeView({ name: 'v', target: 't' })).toEqual([
      'kinds of users and keys, technical names: kept',
      'client addresses and user agents: dropped, their series added up',
      'people; accounts, sessions and conversations; keys and tokens, their hashes and their names; names of companies and teams; metadata that clients send: replaced by pseudonyms',
      DETECTORS,
    ]);
  });

  test('says what the view adds to it, and never the values of a scope', () => {
    const lines = describeView({
      name: 'v',
      target: 't',
      only: { team: ['secret-team'], org: ['a', 'b'] },
      share: ['in_flight'],
      metrics: { keep: ['litellm_*'], drop: ['*_created'] },
      labels: [{ label: 'model', metric: 'x_*', action: 'mask' }],
      reveal: ['user_email'],
    });
    expect(lines.slice(0, 6)).toEqual([
      'only series whose team is one given value',
      'only series whose org is one of 2 values',
      'shared without a tenant: in_flight',
      'only metrics litellm_*',
      'without metrics *_created',
      'model of x_*: masked',
    ]);
    expect(lines.slice(-2)).toEqual([DETECTORS, 'readable on purpose: user_email']);
    expect(lines.join()).not.toContain('secret-team');
  });

  test('says what is derived and what is capped', () => {
    const lines = describeView({
      name: 'v',
      target: 't',
      preset: 'litellm',
      only: { team: ['a'] },
      derive: true,
      maxValuesPerLabel: 100,
    });
    expect(lines[1]).toBe('series without a tenant whose hashed_api_key is known to be of this one alone');
    expect(lines.at(-1)).toBe('more than 100 values of a label of one metric: shown together as __other__');
  });
});
