// Section c of the attack list: lockouts as a weapon, and lockouts evaded, on the assembled gate.
// Every peer is an address of 127.0.0.0/8, so that one machine can be strangers, proxies and scrapers at once.

import { beforeAll, describe, expect, it } from 'vitest';
import { hashPassword } from '../../src/auth/password.js';
import {
  CHEAP_COST,
  TOKEN,
  basic,
  basicProof,
  bearerProof,
  portOf,
  startGateway,
  type GatewayScene,
} from '../support/start-gateway.js';
import { exchangeRaw, head } from '../support/raw-http.js';

const PROXY = '127.0.0.9';
const STRANGER = '127.0.0.66';
const SCRAPER = '127.0.0.2';
const PASSWORD = 'correct horse battery staple';
let hash = '';

beforeAll(async () => {
  hash = await hashPassword(PASSWORD, CHEAP_COST);
});

async function failTimes(
  scene: GatewayScene,
  count: number,
  from: string,
  forwardedFor: (index: number) => string | undefined = () => undefined,
): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const forwarded = forwardedFor(index);
    const headers = {
      Authorization: 'Bearer wrong',
      ...(forwarded === undefined ? {} : { 'X-Forwarded-For': forwarded }),
    };
    statuses.push((await scene.get('/metrics', { from, headers })).status);
  }
  return statuses;
}

describe('c. who is the client: lockouts', () => {
  const LIMITS = { failuresPerMinute: 5, requestsPerWindow: 1000 };

  function startWithBoth(): Promise<GatewayScene> {
    return startGateway({
      credentials: [
        { name: 'prometheus', proofs: [bearerProof(TOKEN)], self: true },
        { name: 'alice', proofs: [basicProof('alice', hash)] },
      ],
      guard: { network: { trustedProxies: [`${PROXY}/32`] }, limits: LIMITS },
    });
  }

  const asAlice = { Authorization: basic('alice', PASSWORD) };

  it('C16: failures under the forged address of a victim are the forger’s own', async () => {
    const scene = await startWithBoth();
    const statuses = await failTimes(scene, 50, STRANGER, () => SCRAPER);
    expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
    expect(new Set(statuses.slice(5))).toEqual(new Set([429]));
    // A password that was never seen before is examined for the victim, and for the forger it is not.
    expect((await scene.get('/metrics', { from: SCRAPER, headers: asAlice })).status).toBe(200);
    expect((await scene.get('/metrics', { from: STRANGER, headers: asAlice })).status).toBe(429);
  });

  it('C16: a fresh X-Forwarded-For with each attempt evades nothing, also behind a proxy', async () => {
    const scene = await startWithBoth();
    const direct = await failTimes(scene, 10, STRANGER, (index) => `198.51.100.${index}`);
    expect(direct.slice(5)).toEqual([429, 429, 429, 429, 429]);
    const proxied = await failTimes(scene, 10, PROXY, (index) => `198.51.100.${index}, 203.0.113.7`);
    expect(proxied.slice(5)).toEqual([429, 429, 429, 429, 429]);
  });

  it('C16: from behind the scraper’s own NAT nobody locks it out', async () => {
    const scene = await startWithBoth();
    expect((await scene.get('/metrics', { from: SCRAPER, headers: asAlice })).status).toBe(200);
    const statuses = await failTimes(scene, 50, SCRAPER);
    expect(statuses.at(-1)).toBe(429);
    expect((await scene.get('/metrics', { from: SCRAPER })).status).toBe(200);
    expect((await scene.get('/metrics', { from: SCRAPER, headers: asAlice })).status).toBe(200);
    expect(await scene.ownMetrics()).toContain('scrapegate_locked_out_clients 1\n');
  });

  it('C16: failures against a known user name stop that user nowhere else', async () => {
    const scene = await startWithBoth();
    for (let index = 0; index < 10; index += 1) {
      const headers = { Authorization: basic('alice', `guess${index}`) };
      await scene.get('/metrics', { from: STRANGER, headers });
    }
    expect((await scene.get('/metrics', { from: SCRAPER, headers: asAlice })).status).toBe(200);
  });

  it('C16: a lockout says when it ends, ends then, and attempts do not move its end', async () => {
    const scene = await startWithBoth();
    await failTimes(scene, 5, STRANGER);
    scene.clock.advance(600_000);
    const locked = await scene.get('/metrics', { from: STRANGER, headers: { Authorization: 'Bearer x' } });
    expect([locked.status, locked.headers['retry-after'], locked.headers['www-authenticate']]).toEqual([
      429,
      '300',
      undefined,
    ]);
    scene.clock.advance(300_000);
    expect(await failTimes(scene, 1, STRANGER)).toEqual([401]);
  });

  it('C16: guesses that are sent in one go each meet the failures before them', async () => {
    const scene = await startGateway({
      credentials: [{ name: 'weak', proofs: [bearerProof('0742')] }],
      guard: { limits: LIMITS },
    });
    const guesses = Array.from({ length: 17 }, (_, guess) =>
      head('GET /metrics HTTP/1.1', 'Host: x', `Authorization: Bearer ${String(guess).padStart(4, '0')}`),
    );
    const { answers } = await exchangeRaw(portOf(scene.gateway), guesses.join(''), {
      answers: 17,
      from: STRANGER,
    });
    expect(answers.map(({ status }) => status)).toEqual([
      ...Array<number>(5).fill(401),
      ...Array<number>(12).fill(429),
    ]);
  });
});
