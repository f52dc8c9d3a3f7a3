// Section b of the attack list: tokens of identity providers, on the assembled gate over real sockets.

import { describe, expect, it } from 'vitest';
import type { OidcProofOptions } from '../../src/auth/oidc/options.js';
import { hmacToken, secretsFrom, signedWith } from '../support/forged-tokens.js';
import { CLOCK_START_MS } from '../support/manual-clock.js';
import { exchangeRaw, head } from '../support/raw-http.js';
import {
  AUDIENCE,
  issuerKey,
  KEYS,
  sign,
  startIssuer,
  unsigned,
  type IssuerKey,
} from '../support/test-issuer.js';
import { startTokenScene, type TokenScene } from '../support/token-scene.js';

const NOW = CLOCK_START_MS / 1000;
const KEY = await issuerKey();
const RSA = await issuerKey('rsa', 'RS256');

function start(
  proof: Partial<OidcProofOptions> = {},
  keys: readonly IssuerKey[] = [KEY, RSA],
): Promise<TokenScene> {
  return startTokenScene(keys, () => proof);
}

/** The scene must let the right token in, or a refusal proves nothing. */
async function startProven(...args: Parameters<typeof start>): Promise<TokenScene> {
  const scene = await start(...args);
  expect(await scene.present(await sign(KEY, scene.issuer.claims()))).toBe(200);
  return scene;
}

describe('b. signatures', () => {
  it.each(['none', 'None', 'nOnE', 'NONE', '', null])('B1: the algorithm %j opens nothing', async (alg) => {
    const scene = await startProven();
    const claims = scene.issuer.claims();
    const signed = (await sign(KEY, claims)).split('.')[2];
    for (const signature of ['', 'AAAA', signed]) {
      expect(await scene.present(unsigned({ alg, typ: 'at+jwt' }, claims, signature))).toBe(401);
    }
    const bare = unsigned({ alg: 'ES256', kid: KEY.kid, typ: 'at+jwt' }, claims, '');
    expect(await scene.present(bare)).toBe(401);
  });

  it('B2: no form of the public key is a shared secret', async () => {
    const scene = await startProven();
    for (const key of [KEY, RSA]) {
      for (const secret of await secretsFrom(key.jwk)) {
        for (const bits of [256, 384, 512]) {
          const token = hmacToken(secret, bits, key.kid, scene.issuer.claims());
          expect(await scene.present(token)).toBe(401);
        }
      }
    }
    // A key set without `alg`, and one that calls the key symmetric, change nothing.
    const { alg: _, use: __, ...plain } = RSA.jwk;
    for (const jwk of [plain, { ...plain, alg: 'HS256' }, { kty: 'oct', k: 'c2VjcmV0', kid: RSA.kid }]) {
      const other = await start({}, []);
      other.issuer.keys = [jwk, KEY.jwk];
      for (const secret of [...(await secretsFrom(RSA.jwk)), Buffer.from('secret')]) {
        expect(await other.present(hmacToken(secret, 256, RSA.kid, other.issuer.claims()))).toBe(401);
      }
    }
  });

  it('B3: a key verifies its own algorithm alone', async () => {
    const large = await issuerKey('large', 'ES384');
    const scene = await startProven({}, [KEY, RSA, large]);
    const claims = scene.issuer.claims();
    const pss = await issuerKey('pss', 'PS256');
    const swapped = [
      await sign(RSA, claims, { kid: KEY.kid }),
      await sign(KEY, claims, { kid: RSA.kid }),
      await sign(KEY, claims, { kid: large.kid }),
      await sign(pss, claims, { kid: RSA.kid }),
      unsigned({ alg: 'ES256', kid: large.kid, typ: 'at+jwt' }, claims, 'A'.repeat(86)),
    ];
    for (const token of swapped) expect(await scene.present(token)).toBe(401);
    // Signed with the very key, under the other RSA scheme.
    const pssKey = await crypto.subtle.importKey(
      'jwk',
      await crypto.subtle.exportKey('jwk', RSA.privateKey).then((jwk) => ({ ...jwk, alg: 'PS256' })),
      { name: 'RSA-PSS', hash: 'SHA-256' },
      false,
      ['sign'],
    );
    const asPss = await sign({ ...RSA, alg: 'PS256', privateKey: pssKey }, claims);
    expect(await scene.present(asPss)).toBe(401);
    expect(await scene.present(await sign(RSA, claims))).toBe(200);
  });

  it('B4: a header neither brings a key nor makes the gate ask for one', async () => {
    const attacker = await startIssuer(await issuerKey('attacker'));
    const stranger = await issuerKey('attacker');
    const scene = await startProven();
    const claims = scene.issuer.claims();
    const asked = scene.issuer.questions.length;
    const headers: Readonly<Record<string, unknown>>[] = [
      { jwk: stranger.jwk },
      { jku: `${attacker.issuer}${KEYS}` },
      { x5u: `${attacker.issuer}/certificate` },
      { x5c: ['MIIB'] },
      { kid: '../../../../dev/null' },
      { kid: "' or 1=1 --" },
      { kid: `${attacker.issuer}${KEYS}` },
      { kid: 'k'.repeat(5000) },
      { kid: '' },
      { kid: 7 },
      { kid: null },
    ];
    for (const header of headers) {
      expect(await scene.present(await sign(stranger, claims, { kid: KEY.kid, ...header }))).toBe(401);
    }
    // Rightly signed, and all the same something else than it says.
    for (const header of [
      { crit: ['x'], x: 1 },
      { crit: ['b64'], b64: false },
      { b64: false },
      { zip: 'DEF' },
    ]) {
      expect(await scene.present(await signedWith(KEY, header, claims))).toBe(401);
    }
    expect(attacker.questions).toEqual([]);
    // The unknown names were not there in the keys of the cooldown that the start began.
    expect(scene.issuer.questions).toHaveLength(asked);
  });

  it('B5: what is too long or has too many parts is not even parsed', async () => {
    const scene = await startProven();
    const parts = (await sign(KEY, scene.issuer.claims())).split('.');
    const bomb = unsigned(
      { alg: 'PBES2-HS256+A128KW', enc: 'A256GCM', p2c: 1_000_000_000, zip: 'DEF' },
      'x',
      'x.y.z',
    );
    const tokens = [
      bomb,
      [...parts, 'AAAA', 'AAAA'].join('.'),
      [...parts, 'AAAA'].join('.'),
      '.'.repeat(8000),
      `eyJ${'.'.repeat(8000)}`,
      `${parts[0]}.${'A'.repeat(8000)}.${parts[2]}`,
      unsigned('['.repeat(3000), '['.repeat(3000)),
    ];
    for (const token of tokens) expect(await scene.present(token)).toBe(401);
    const asked = scene.issuer.questions.length;
    for (const length of [9_000, 1_000_000]) {
      const request = head(
        'GET /metrics HTTP/1.1',
        'Host: gate.example',
        'Connection: close',
        `Authorization: Bearer eyJ${'a'.repeat(length)}`,
      );
      const { answers } = await exchangeRaw(scene.port, request);
      expect([401, 431]).toContain(answers[0]?.status);
    }
    expect(scene.issuer.questions).toHaveLength(asked);
  });
});

describe('b. what a token says', () => {
  it('B6: an ID token and a nested token are no access token', async () => {
    const scene = await startProven();
    const strict = await startProven({ requireAccessTokenType: true });
    for (const either of [scene, strict]) {
      const { issuer } = either;
      const present = (token: string): Promise<number> => either.present(token);
      const claims = issuer.claims();
      expect(await present(await sign(KEY, issuer.claims({ at_hash: 'x', nonce: 'n' })))).toBe(401);
      expect(await present(await sign(KEY, issuer.claims({ typ: 'ID' })))).toBe(401);
      expect(await present(await sign(KEY, issuer.claims({ typ: 'Refresh' })))).toBe(401);
      expect(await present(await sign(KEY, issuer.claims({ events: {} })))).toBe(401);
      expect(await present(await sign(KEY, claims, { cty: 'JWT' }))).toBe(401);
      for (const typ of ['id+jwt', 'logout+jwt', 'dpop+jwt', 'at+jwt2', ' at+jwt', 7, null]) {
        expect(await present(await sign(KEY, claims, { typ }))).toBe(401);
      }
      expect(await present(await sign(KEY, claims, { typ: 'application/AT+JWT' }))).toBe(200);
      const inner = await sign(KEY, claims);
      expect(await present(await signedWith(KEY, { cty: 'JWT' }, inner))).toBe(401);
      expect(await present(await signedWith(KEY, {}, inner))).toBe(401);
    }
    for (const typ of ['JWT', undefined]) {
      expect(await strict.present(await sign(KEY, strict.issuer.claims(), { typ }))).toBe(401);
      expect(await scene.present(await sign(KEY, scene.issuer.claims(), { typ }))).toBe(200);
    }
  });

  it('B7: a token for another audience, or for none', async () => {
    const scene = await startProven();
    for (const aud of [
      undefined,
      null,
      '',
      [],
      [''],
      ['other'],
      'other',
      'Scrapegate',
      'scrapegate ',
      `${AUDIENCE},other`,
      7,
      { 0: AUDIENCE },
      [AUDIENCE, 7],
      [[AUDIENCE]],
      true,
    ]) {
      expect(await scene.present(await sign(KEY, scene.issuer.claims({ aud })))).toBe(401);
    }
    expect(await scene.present(await sign(KEY, scene.issuer.claims({ aud: ['other', AUDIENCE] })))).toBe(200);
    await expect(start({ audience: [] })).rejects.toMatchObject({ code: 'ERR_SCRAPEGATE_OPTIONS_INVALID' });
    await expect(start({ audience: [''] })).rejects.toMatchObject({ code: 'ERR_SCRAPEGATE_OPTIONS_INVALID' });
  });

  it('B8: missing and odd times', async () => {
    const scene = await startProven();
    for (const times of [
      { exp: undefined },
      { exp: null },
      { exp: String(NOW + 60) },
      { exp: NOW + 60.5 },
      { exp: 1e308 },
      { exp: -1 },
      { exp: (NOW + 60) * 1000 },
      { exp: NOW - 30 },
      { exp: 0 },
      { exp: [NOW + 60] },
      { exp: true },
      { nbf: NOW + 31 },
      { nbf: String(NOW) },
      { nbf: NaN },
      { nbf: -1 },
      { iat: NOW + 31 },
      { iat: 'now' },
    ]) {
      expect(await scene.present(await sign(KEY, scene.issuer.claims(times)))).toBe(401);
    }
    // The edges of the tolerance of thirty seconds.
    for (const times of [{ exp: NOW - 29 }, { nbf: NOW + 30 }, { iat: NOW + 30 }]) {
      expect(await scene.present(await sign(KEY, scene.issuer.claims(times)))).toBe(200);
    }
    const exact = await startProven({ clockToleranceMs: 0 });
    for (const times of [{ exp: NOW }, { nbf: NOW + 1 }]) {
      expect(await exact.present(await sign(KEY, exact.issuer.claims(times)))).toBe(401);
    }
    const short = await sign(KEY, exact.issuer.claims({ exp: NOW + 60 }));
    expect(await exact.present(short)).toBe(200);
    exact.clock.advance(60_000);
    expect(await exact.present(short)).toBe(401);
  });

  it('B13: scopes are whole words of the right type', async () => {
    const scene = await start({ requiredScopes: ['metrics:read'] });
    const status = async (claims: Readonly<Record<string, unknown>>): Promise<number> =>
      scene.present(await sign(KEY, scene.issuer.claims(claims)));
    for (const scope of ['metrics:read', 'a metrics:read b', ['a', 'metrics:read']]) {
      expect(await status({ scope })).toBe(200);
      expect(await status({ scp: scope })).toBe(200);
    }
    for (const scope of [
      undefined,
      '',
      'metrics:readx',
      'xmetrics:read',
      'metrics',
      'METRICS:READ',
      'metrics:read,b',
      'a\tmetrics:read',
      'metrics:read\0',
      'metrics:re\u0430d',
      ['metrics:read', 7],
      [['metrics:read']],
      { 'metrics:read': true },
      7,
      true,
    ]) {
      expect(await status({ scope })).toBe(403);
      expect(await status({ scp: scope })).toBe(403);
    }
    // Who asks for one claim is not answered by the other.
    expect(await status({ scope: 'other', scp: 'metrics:read' })).toBe(403);
    const two = await start({ requiredScopes: ['a', 'b'] });
    expect(await two.present(await sign(KEY, two.issuer.claims({ scope: 'a  c' })))).toBe(403);
    expect(await two.present(await sign(KEY, two.issuer.claims({ scope: 'b a' })))).toBe(200);
    for (const iss of [[two.issuer.issuer], { a: two.issuer.issuer }, null, '']) {
      expect(await two.present(await sign(KEY, two.issuer.claims({ iss, scope: 'a b' })))).toBe(401);
    }
  });

  it('B14: a token that is bound to a key is worth nothing without it', async () => {
    const scene = await startProven();
    const x5t = 'A'.repeat(43);
    for (const cnf of [
      { 'x5t#S256': x5t },
      { jkt: x5t },
      { jwk: KEY.jwk },
      { kid: KEY.kid },
      { unknown: 1 },
      {},
      null,
      '',
      [],
      7,
      { 'x5t#S256': x5t, jkt: x5t },
      { 'x5t#S256': '' },
      { 'x5t#S256': undefined, x: undefined },
    ]) {
      expect(await scene.present(await sign(KEY, scene.issuer.claims({ cnf })))).toBe(401);
    }
  });

  it('B17: without a list of algorithms there is a fixed one, and a list can only narrow it', async () => {
    const scene = await startProven();
    for (const alg of [
      'HS256',
      'HS512',
      'none',
      'ES256K',
      'RS1',
      'dir',
      'toString',
      '__proto__',
      'constructor',
    ]) {
      const token = unsigned({ alg, kid: KEY.kid, typ: 'at+jwt' }, scene.issuer.claims());
      expect(await scene.present(token)).toBe(401);
    }
    const narrow = await start({ algorithms: ['ES256'] });
    expect(await narrow.present(await sign(RSA, narrow.issuer.claims()))).toBe(401);
    expect(await narrow.present(await sign(KEY, narrow.issuer.claims()))).toBe(200);
    for (const algorithms of [['HS256'], ['none'], ['RS256', 'HS256'], []]) {
      await expect(start({ algorithms })).rejects.toMatchObject({ code: 'ERR_SCRAPEGATE_OPTIONS_INVALID' });
    }
  });

  it('A6: a token that begins like one that was verified before', async () => {
    const scene = await startProven();
    const token = await sign(KEY, scene.issuer.claims({ team: 'a' }));
    expect(await scene.present(token)).toBe(200);
    const [header = '', , signature = ''] = token.split('.');
    const other = unsigned('{}', scene.issuer.claims({ team: 'b' })).split('.')[1] ?? '';
    expect(await scene.present(`${header}.${other}.${signature}`)).toBe(401);
    for (let at = 20; at < token.length; at += 40) {
      const changed = token[at] === 'A' ? 'B' : 'A';
      expect(await scene.present(token.slice(0, at) + changed + token.slice(at + 1))).toBe(401);
    }
    expect(await scene.present(token)).toBe(200);
  });

  it('A12: neither a token nor what it says is in the log, the answer or the metrics', async () => {
    const scene = await startProven();
    const secret = 'sub-that-nobody-may-read';
    const token = await sign(KEY, scene.issuer.claims({ sub: secret, aud: secret }), { kid: KEY.kid });
    const answer = await scene.get('/metrics', { headers: { Authorization: `Bearer ${token}` } });
    expect([answer.status, answer.text]).toEqual([401, 'Unauthorized\n']);
    const [, event] = await scene.audit(2);
    expect(event).toMatchObject({ reason: 'token_audience_wrong' });
    expect(JSON.stringify(scene.events)).not.toContain(secret);
    expect(JSON.stringify(scene.events)).not.toContain(token.slice(0, 20));
  });
});
