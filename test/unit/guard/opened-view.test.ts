import { describe, expect, it } from 'vitest';
import { budgetOf, chooseView, type ResolvedGrant } from '../../../src/guard/opened-view.js';

const FIXED: ResolvedGrant = { kind: 'fixed', view: 'all', target: 'litellm', self: false, summary: true };
const TEMPLATE: ResolvedGrant = {
  kind: 'template',
  fromClaim: ['team'],
  view: 'tenant',
  target: 'litellm',
  self: false,
  summary: true,
};
const MAPPED: ResolvedGrant = {
  kind: 'mapped',
  fromClaim: ['roles'],
  views: [
    { value: 'admin', view: 'operations', target: 'litellm' },
    { value: 'sre', view: 'operations', target: 'litellm' },
    { value: 'viewer', view: 'finance', target: 'other' },
  ],
  self: false,
  summary: true,
};

describe('chooseView', () => {
  it('needs no claims where the view is fixed, and heeds none', () => {
    const opened = { ok: true, value: { view: 'all', target: 'litellm' } };
    expect(chooseView(FIXED, undefined)).toEqual(opened);
    expect(chooseView(FIXED, { view: 'finance', team: 'a' })).toEqual(opened);
  });

  it.each([
    [TEMPLATE, undefined, 'claim_missing'],
    [TEMPLATE, { team: 7 }, 'claim_invalid'],
    [TEMPLATE, { team: Array.from({ length: 17 }, (_, index) => `${index}`) }, 'claim_invalid'],
    [MAPPED, {}, 'claim_missing'],
    [MAPPED, { roles: { admin: true } }, 'claim_invalid'],
    [MAPPED, { roles: Array.from({ length: 257 }, () => 'admin') }, 'claim_invalid'],
    [MAPPED, { roles: 'nobody' }, 'claim_not_mapped'],
    [MAPPED, { roles: ['Admin', 'admin '] }, 'claim_not_mapped'],
    [MAPPED, { roles: ['admin', 'viewer'] }, 'claim_ambiguous'],
  ])('opens nothing: %j with %j is %s', (grant, claims, error) => {
    expect(chooseView(grant, claims)).toEqual({ ok: false, error });
  });

  it('scopes the view of a template by the values of the claim', () => {
    const opened = { view: 'tenant', target: 'litellm' };
    expect(chooseView(TEMPLATE, { team: 'a' })).toEqual({
      ok: true,
      value: { ...opened, claimValues: ['a'] },
    });
    expect(chooseView(TEMPLATE, { team: ['b', 'a'] })).toEqual({
      ok: true,
      value: { ...opened, claimValues: ['a', 'b'] },
    });
  });

  it('finds the view of a role among many others, and of several roles that lead to one', () => {
    const others = Array.from({ length: 200 }, (_, index) => `other-${index}`);
    expect(chooseView(MAPPED, { roles: [...others, 'viewer'] })).toEqual({
      ok: true,
      value: { view: 'finance', target: 'other' },
    });
    expect(chooseView(MAPPED, { roles: ['sre', 'admin'] })).toEqual({
      ok: true,
      value: { view: 'operations', target: 'litellm' },
    });
  });
});

describe('budgetOf', () => {
  const TENANT = { view: 'tenant', target: 'litellm' };

  it('is the credential’s where the view is fixed, the view’s where a role leads to it', () => {
    expect(budgetOf('prometheus', FIXED, FIXED)).toBe('prometheus');
    expect(budgetOf('idp', MAPPED, { view: 'finance', target: 'other' })).toBe('idp finance');
  });

  it('is each tenant’s own, and shows no value', () => {
    const budget = (...claimValues: readonly string[]): string =>
      budgetOf('idp', TEMPLATE, { ...TENANT, claimValues });
    expect(budget('acme')).toBe(budget('acme'));
    expect(
      new Set([budget('acme'), budget('globex'), budget('acme', 'globex'), budget('acme","globex')]).size,
    ).toBe(4);
    expect(budget('acme')).not.toContain('acme');
  });
});
