import { describe, expect, test } from 'vitest';
import { compileLabelPolicy, isLossy, type LabelDecision } from '../../../src/views/label-policy.js';
import type { ViewOptions } from '../../../src/views/options.js';
import { resolveViewOptions } from '../../../src/views/resolve-options.js';

function policyOf(options: Partial<ViewOptions> = {}): (label: string, metric: string) => LabelDecision {
  const policy = compileLabelPolicy(resolveViewOptions({ name: 'v', target: 't', ...options }));
  return (label, metric) => policy({ canonical: metric, all: [metric], remembered: metric })(label);
}

const IDENTITY_LABELS = [
  'user',
  'user_id',
  'user_email',
  'user_alias',
  'username',
  'end_user',
  'customer',
  'email',
  'initiator_id',
  'api_key_alias',
  'hashed_api_key',
  'api_key',
  'key_name',
  'key_id',
  'virtual_key_id',
  'virtual_key_name',
  'team_alias',
  'org_alias',
  'tenant_name',
  'account',
  'session',
  'metadata_user_id',
  'llm_gateway_metadata_team',
];
const CLIENT_LABELS = ['client_ip', 'requester_ip_address', 'remote_addr', 'user_agent'];
const KEPT_LABELS = ['team', 'org_id', 'model', 'model_id', 'status_code', 'route', 'api_provider', 'pid'];

describe.each(['generic', 'litellm'] as const)('preset %s', (preset) => {
  const policy = policyOf({ preset });

  test.each(IDENTITY_LABELS)('pseudonymises %s', (label) => {
    expect(policy(label, 'any').action).toBe('pseudonymise');
    expect(policy(label.toUpperCase(), 'any').action).toBe('pseudonymise');
  });

  test.each(CLIENT_LABELS)('drops %s', (label) => {
    expect(policy(label, 'any').action).toBe('drop');
  });

  test.each(KEPT_LABELS)('keeps %s, and lets the detectors look at it', (label) => {
    expect(policy(label, 'any')).toEqual({ action: 'keep', detect: true, source: 'default' });
  });
});

describe('compileLabelPolicy', () => {
  test('the view comes before reveal, and reveal before the preset', () => {
    const policy = policyOf({
      labels: [
        { label: 'user', metric: 'special_*', action: 'mask' },
        { label: 'team', action: 'drop' },
      ],
      reveal: ['user', 'team', 'End-User'],
    });
    expect(policy('user', 'special_x')).toEqual({
      action: 'mask',
      detect: true,
      source: 'view',
      rule: { label: 'user', metric: 'special_*' },
    });
    expect(policy('user', 'other')).toEqual({
      action: 'keep',
      detect: false,
      source: 'reveal',
      rule: { label: 'user' },
    });
    expect(policy('team', 'other').action).toBe('drop');
    expect(policy('end_user', 'other').rule).toEqual({ label: 'End-User' });
    expect(policy('email', 'other')).toEqual({
      action: 'pseudonymise',
      detect: true,
      source: 'preset',
      rule: { label: '*email*', subject: 'people' },
    });
  });

  test('the first of the own rules wins', () => {
    const policy = policyOf({
      labels: [
        { label: 'user*', action: 'keep' },
        { label: 'user_email', action: 'email_domain' },
      ],
    });
    expect(policy('user_email', 'm').action).toBe('keep');
  });

  test('what is revealed by name reveals nothing beside it', () => {
    expect(policyOf({ reveal: ['user'] })('user_email', 'm').action).toBe('pseudonymise');
  });
});

test('isLossy names exactly the actions after which series can become equal', () => {
  expect((['drop', 'mask', 'email_domain', 'truncate_ip'] as const).every(isLossy)).toBe(true);
  expect((['keep', 'pseudonymise'] as const).some(isLossy)).toBe(false);
});
