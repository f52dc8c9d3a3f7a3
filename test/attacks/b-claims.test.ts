// Section B, claims: what an identity provider says decides about a view, and nothing that it says opens more than one.

import { beforeAll, describe, expect, it } from 'vitest';
import type { ClaimedGrantOptions } from '../../src/guard/options.js';
import { ManualClock } from '../support/manual-clock.js';
import { PATIENT } from '../support/token-scene.js';
import { startGateway, type GatewayScene } from '../support/start-gateway.js';
import { issuerKey, sign, startIssuer, type IssuerKey, type TestIssuer } from '../support/test-issuer.js';

const TEAMS = ['acme', 'globex', 'Acme', 'acme ', 'acm\u0435', 'acme\u200b', 'a@b@c'] as const;
const BODY = `# TYPE x counter\n${TEAMS.map((team) => `x{team="${team}",client_ip="10.0.0.1"} 1\n`).join('')}x 7\n`;
const FORBIDDEN = 403;

let key: IssuerKey;
beforeAll(async () => {
  key = await issuerKey();
});

interface ClaimScene extends GatewayScene {
  readonly issuer: TestIssuer;
  /** Status of a scrape, and the teams that it shows. */
  ask(
    claims: Readonly<Record<string, unknown>>,
  ): Promise<readonly [status: number, teams: readonly string[]]>;
}

async function start(grant: Omit<ClaimedGrantOptions, 'self'>): Promise<ClaimScene> {
  const issuer = await startIssuer(key);
  const scene = await startGateway({
    upstream: BODY,
    clock: new ManualClock(),
    guard: PATIENT,
    credentials: [{ name: 'idp', proofs: [issuer.proof()], grant: { ...grant, self: true } }],
    views: [
      { name: 'all', target: 'upstream' },
      { name: 'acme', target: 'upstream', only: { team: ['acme'] } },
    ],
    gateway: { viewTemplates: [{ view: { name: 'claim:idp', target: 'upstream' }, scopedLabels: ['team'] }] },
  });
  return {
    ...scene,
    issuer,
    ask: async (claims) => {
      const headers = { Authorization: `Bearer ${await sign(key, issuer.claims(claims))}` };
      const { status, text } = await scene.get('/metrics', { headers });
      return [status, [...text.matchAll(/^x\{team="([^"]*)"/gm)].map(([, team = '']) => team)];
    },
  };
}

const TENANTS = { fromClaim: ['team'], template: { view: 'claim:idp', target: 'upstream' } };
const ROLES = {
  fromClaim: ['realm_access', 'roles'],
  views: [
    { value: 'admin', view: 'all', target: 'upstream' },
    { value: 'acme', view: 'acme', target: 'upstream' },
  ],
};

describe('a view for each tenant', () => {
  it('B13: a claim of any other shape opens nothing, and the gate goes on', async () => {
    const scene = await start(TENANTS);
    expect(await scene.ask({ team: 'acme' })).toEqual([200, ['acme']]);
    const odd = [
      undefined,
      null,
      '',
      7,
      true,
      {},
      { acme: true },
      [],
      [''],
      ['acme', 7],
      [['acme']],
      'acme\0',
      'acme\nglobex',
      '\ud800',
      'a'.repeat(257),
      Array.from({ length: 17 }, () => 'acme'),
    ];
    for (const team of odd) expect(await scene.ask({ team })).toEqual([FORBIDDEN, []]);
    expect(await scene.ask({ Team: 'acme', 'team ': 'acme', teams: ['acme'] })).toEqual([FORBIDDEN, []]);
    const reasons = (await scene.audit(odd.length + 2)).map(({ reason }) => reason);
    expect(new Set(reasons)).toEqual(new Set([undefined, 'claim_missing', 'claim_invalid']));
    expect(await scene.ask({ team: 'acme' })).toEqual([200, ['acme']]);
  });

  it('B13: values are compared byte for byte: what looks alike is another tenant, and "*" is nobody', async () => {
    const scene = await start(TENANTS);
    for (const team of TEAMS) expect(await scene.ask({ team })).toEqual([200, [team]]);
    for (const team of [
      '*',
      'acme,globex',
      'acme|globex',
      '{claim}',
      '.*',
      '__proto__',
      'acme"} or {team="globex',
    ]) {
      expect(await scene.ask({ team })).toEqual([200, []]);
    }
    const [, both] = await scene.ask({ team: ['globex', 'acme', 'globex'] });
    expect(both).toEqual(['acme', 'globex']);
  });

  it('B13: no value is in the log or in the metrics of the gate', async () => {
    const scene = await start(TENANTS);
    await scene.ask({ team: 'a@b@c' });
    await scene.ask({ team: ['a@b@c', 7] });
    const headers = { Authorization: `Bearer ${await sign(key, scene.issuer.claims({ team: 'a@b@c' }))}` };
    const own = await scene.get('/-/metrics', { headers });
    expect(own.text).toContain('scrapegate_template_views{view="claim:idp"} 1');
    expect(`${JSON.stringify(scene.events)}${own.text}`).not.toContain('a@b@c');
    expect(JSON.stringify(await scene.audit(1))).toContain('"view":"claim:idp"');
  });
});

describe('a view for each role', () => {
  it('B13: a role is a whole text in the right place, and two views are none', async () => {
    const scene = await start(ROLES);
    const withRoles = (roles: unknown): ReturnType<ClaimScene['ask']> =>
      scene.ask({ realm_access: { roles } });
    expect(await withRoles(['offline_access', 'acme'])).toEqual([200, ['acme']]);
    expect((await withRoles('admin'))[1]).toHaveLength(TEAMS.length);
    for (const roles of [
      undefined,
      'acme,admin',
      'ADMIN',
      ['acme', 'admin'],
      { 0: 'admin' },
      [{ admin: true }],
      'toString',
    ]) {
      expect(await withRoles(roles)).toEqual([FORBIDDEN, []]);
    }
    for (const claims of [
      {},
      { roles: ['admin'] },
      { 'realm_access.roles': ['admin'] },
      { realm_access: ['admin'] },
    ]) {
      expect(await scene.ask(claims)).toEqual([FORBIDDEN, []]);
    }
  });
});
