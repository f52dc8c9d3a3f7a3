// Section f of the attack list: what a view shows of a valid exposition, on the assembled gate.

import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createGateway } from '../../src/gateway/gateway.js';
import { deriveKey } from '../../src/views/pseudonym.js';
import { resolveViewOptions } from '../../src/views/resolve-options.js';
import { ManualClock } from '../support/manual-clock.js';
import {
  BEARER,
  OPENMETRICS_ACCEPT,
  OPENMETRICS_TYPE,
  PSEUDONYM_KEY,
  TOKEN,
  answering,
  bearerProof,
  gatewayOptions,
  requestsArrived,
  startGateway,
  startGatewayBefore,
  type GatewayScene,
} from '../support/start-gateway.js';
import { sampleLines, shown, view } from '../support/scraped.js';

const PSEUDONYM = /^p_[a-z2-7]{26}$/;
const OTHER_TOKEN = 'another-token-0123456789abcdefghijklmnopqrs';

function valueOf(text: string, label: string): string | undefined {
  return new RegExp(`[{,]${label}="([^"]*)"`).exec(text)?.[1];
}

describe('f. names, and what is beside the samples', () => {
  it.each([
    'end_user',
    'End_User',
    'END_USER',
    'endUser',
    'EndUser',
    'U__end_5f_user',
    'u_ser_email',
    'user_email',
  ])('P3: a value of the label %s is not shown, however the name is written', async (name) => {
    const text = await shown(`# TYPE x counter\nx{${name}="Erika Mustermann"} 1\n`, {
      labels: [{ label: 'u_ser_email', action: 'pseudonymise' }],
    });
    expect(valueOf(text, name)).toMatch(PSEUDONYM);
  });

  it.each([
    'x{"user"="Erika"} 1',
    '{"x","user"="Erika"} 1',
    '{"x"} 1',
    'x{us\u200ber="Erika"} 1',
    'x{\uff55ser="Erika"} 1',
  ])('P3: the quoted or foreign name in %s is refused whole', async (line) => {
    const scene = await startGateway({ upstream: `# TYPE x gauge\n${line}\n`, ready: false });
    expect((await scene.get()).status).toBe(502);
  });

  it('P4: no exemplar leaves, whatever it says', async () => {
    const body = [
      '# TYPE x counter',
      'x_total{model="m"} 1 # {trace_id="abc",user="Erika"} 1 1600000000',
      '# TYPE h histogram',
      'h_bucket{le="1.0"} 1 # {user="Erika"} 0.5',
      'h_bucket{le="+Inf"} 1',
      'h_count 1',
      'h_sum 1',
      '# EOF\n',
    ].join('\n');
    const scene = await startGateway({ upstream: answering(body, OPENMETRICS_TYPE) });
    const headers = { Authorization: BEARER, Accept: OPENMETRICS_ACCEPT };
    const { status, text } = await scene.get('/metrics', { headers });
    expect([status, text.includes('Erika'), text.includes('trace_id'), text.includes(' # ')]).toEqual([
      200,
      false,
      false,
      false,
    ]);
    expect(text).toContain('x_total{model="m"} 1\n');
  });

  it('P5: free comments go, an address in HELP takes the HELP with it, a key in a name takes the family', async () => {
    const text = await shown(
      [
        '# user=Erika',
        '# HELP x Ask erika@example.com',
        '# TYPE x counter',
        'x{model="m"} 1',
        '# HELP sk_live_0123456789abcdef Requests.',
        '# TYPE sk_live_0123456789abcdef counter',
        'sk_live_0123456789abcdef 1',
        '# TYPE target_info gauge',
        'target_info{user="Erika",host="10.1.2.3"} 1',
        '',
      ].join('\n'),
    );
    expect(text).toMatch(
      /^# TYPE x counter\nx\{model="m"\} 1\n# TYPE target_info gauge\ntarget_info\{user="p_[a-z2-7]{26}",host="p_[a-z2-7]{26}"\} 1\n$/,
    );
  });

  it('P22: markup and escape sequences in values leave as text, never as a page, and are in no log', async () => {
    const body = '# HELP x <b>\n# TYPE x counter\nx{model="<img src=x onerror=alert(1)>\u001b[31m"} 1\n';
    const scene = await startGateway({ upstream: body });
    const answer = await scene.get();
    expect([answer.headers['content-type'], answer.headers['x-content-type-options'], answer.text]).toEqual([
      'text/plain; version=0.0.4; charset=utf-8',
      'nosniff',
      body,
    ]);
    const seen = JSON.stringify(await scene.audit(1)) + (await scene.ownMetrics());
    expect(seen).not.toMatch(/onerror|\\u001b/);
  });
});

/** The first 128 bits of a hash, written as a pseudonym is. */
function pseudonymOf(hash: Buffer): string {
  const bits = BigInt(`0x${hash.subarray(0, 16).toString('hex')}`) << 2n;
  const digits = bits.toString(32).padStart(26, '0');
  return `p_${digits.replaceAll(/./g, (digit) => 'abcdefghijklmnopqrstuvwxyz234567'.charAt(Number.parseInt(digit, 32)))}`;
}

describe('f. pseudonyms', () => {
  const BODY = '# TYPE x counter\nx{user="erika@example.com"} 1\n';

  it.each([0, 1, 16, 31])('P7: a pseudonym key of %i bytes is refused at start', (bytes) => {
    const options = { ...gatewayOptions('http://127.0.0.1:1/metrics'), pseudonymKey: Buffer.alloc(bytes) };
    expect(() => createGateway(options, { clock: new ManualClock(), onEvent: () => undefined })).toThrow(
      /pseudonym key has \d+ bytes; expected at least 32/,
    );
  });

  it('P7: a pseudonym has 128 bits, depends on the key, and the key is nowhere', async () => {
    const keys = [PSEUDONYM_KEY, Buffer.alloc(32, 8), undefined, undefined];
    const pseudonyms: (string | undefined)[] = [];
    for (const pseudonymKey of keys) {
      const { pseudonymKey: _, ...withoutKey } = gatewayOptions('http://127.0.0.1:1/');
      const scene = await startGateway({ upstream: BODY });
      const { targets } = scene.options;
      await scene.gateway.reload({
        ...withoutKey,
        targets,
        ...(pseudonymKey === undefined ? {} : { pseudonymKey }),
      });
      const { text } = await scene.get();
      pseudonyms.push(valueOf(text, 'user'));
      const seen = text + JSON.stringify(scene.events) + (await scene.ownMetrics());
      const key = Buffer.from(PSEUDONYM_KEY);
      for (const trace of [key.toString('hex'), key.toString('base64'), key.toString('base64url')])
        expect(seen).not.toContain(trace);
    }
    expect(new Set(pseudonyms).size).toBe(4);
    for (const pseudonym of pseudonyms) expect(pseudonym).toMatch(PSEUDONYM);
  });

  it('P7: a dictionary without the key finds nobody: no pseudonym is a plain hash, or one under a key that is known', async () => {
    const email = 'erika@example.com';
    const pseudonym = valueOf(await shown(BODY), 'user');
    const keys = ['', 'all', 'upstream', 'user', 'scrapegate', 'pseudonym', '\0'.repeat(32)];
    const guesses = ['md5', 'sha1', 'sha256', 'sha512'].flatMap((algorithm) => [
      createHash(algorithm).update(email).digest(),
      createHash(algorithm).update(`user=${email}`).digest(),
      ...keys.map((key) => createHmac(algorithm, key).update(email).digest()),
    ]);
    expect(guesses.map(pseudonymOf)).not.toContain(pseudonym);
    // Guesses are written as pseudonyms are: under the key itself the same dictionary finds her.
    const { pseudonymScope } = resolveViewOptions(view());
    const key = deriveKey(PSEUDONYM_KEY, `pseudonym ${pseudonymScope}`);
    expect(pseudonymOf(createHmac('sha256', key).update(email).digest())).toBe(pseudonym);
  });

  it('P7: nobody can forge the pseudonym of another', async () => {
    const genuine = valueOf(await shown(BODY), 'user');
    const text = await shown(`# TYPE x counter\nx{user="erika@example.com",model="${genuine}"} 1\n`);
    expect(valueOf(text, 'user')).toBe(genuine);
    expect(valueOf(text, 'model')).not.toBe(genuine);
  });

  it('P8: views of one scope can be joined, views of different scopes cannot be linked', async () => {
    const views = [
      view({ name: 'one', pseudonymScope: 'a' }),
      view({ name: 'two', pseudonymScope: 'a' }),
      view({ name: 'three', pseudonymScope: 'b' }),
    ];
    const scene = await startGateway({
      upstream: BODY,
      views,
      credentials: views.map(({ name }) => ({ name, proofs: [bearerProof(`${TOKEN}${name}`)], view: name })),
    });
    const pseudonyms: (string | undefined)[] = [];
    for (const { name } of views) {
      const { text } = await scene.get('/metrics', { headers: { Authorization: `${BEARER}${name}` } });
      pseudonyms.push(valueOf(text, 'user'));
    }
    expect(pseudonyms[0]).toBe(pseudonyms[1]);
    expect(pseudonyms[2]).not.toBe(pseudonyms[0]);
  });
});

describe('f. tenants', () => {
  const TENANTS = [
    '# TYPE x gauge',
    'x{team="a"} 1',
    'x{team="A"} 2',
    'x{team="a "} 3',
    'x{team="a\u200b"} 4',
    'x{team="",model="m"} 5',
    'x{team="b"} 6',
    'x{team_alias="a"} 7',
    'x 8',
    'x{team="b",team_alias="a"} 9',
    'x{Team="a"} 10',
    'x{team="b",Team="a",U__team="a"} 11',
    '# TYPE all_requests counter',
    'all_requests 100',
    '# TYPE shared gauge',
    'shared 1',
    'shared{team="b"} 2',
    '',
  ].join('\n');

  it('P10, P11: only the exact tenant is in its view; whatever has no tenant, totals too, is withheld', async () => {
    const text = await shown(TENANTS, { only: { team: ['a'] } });
    expect(sampleLines(text)).toEqual(['x{team="a"} 1']);
    expect(text).not.toContain('all_requests');
  });

  it('P10, P11: a shared family shows what has no tenant, and nothing of another one', async () => {
    const text = await shown(TENANTS, { only: { team: ['a'] }, share: ['shared'] });
    expect(sampleLines(text)).toEqual(['x{team="a"} 1', 'shared 1']);
  });

  it('P10: a tenant without series gets an exposition that says so, never an empty answer', async () => {
    const text = await shown(TENANTS, { only: { team: ['nobody'] } });
    expect(text).toBe('# no series of the target are in this view\n');
  });

  it('P25: two tenants’ scrapes share one fetch and nothing else', async () => {
    const scene = await startGateway({
      views: [view({ name: 'a', only: { team: ['a'] } }), view({ name: 'b', only: { team: ['b'] } })],
      credentials: [
        { name: 'a', proofs: [bearerProof(TOKEN)], view: 'a' },
        { name: 'b', proofs: [bearerProof(OTHER_TOKEN)], view: 'b' },
      ],
    });
    const before = scene.upstream.requests.length;
    let release = (): void => undefined;
    scene.upstream.answer = (request, response) => {
      release = () => answering('# TYPE x gauge\nx{team="a"} 1\nx{team="b"} 2\n')(request, response);
    };
    const arrived = requestsArrived(scene.port, 4);
    const tokens = [TOKEN, OTHER_TOKEN, TOKEN, OTHER_TOKEN];
    const answers = tokens.map((token) =>
      scene.get('/metrics', { headers: { Authorization: `Bearer ${token}` } }),
    );
    await arrived;
    await scene.upstream.requested(before + 1);
    release();
    const texts = (await Promise.all(answers)).map(({ text }) => sampleLines(text));
    expect(texts).toEqual([['x{team="a"} 1'], ['x{team="b"} 2'], ['x{team="a"} 1'], ['x{team="b"} 2']]);
    expect(scene.upstream.requests).toHaveLength(before + 1);
  });

  it('P24: equal input gives equal bytes: asked twice, by two replicas, and after a restart', async () => {
    const body = [
      '# HELP x Requests.',
      '# TYPE x counter',
      'x{user="b",client_ip="10.0.0.1",model="m"} 1.50',
      'x{user="a",client_ip="10.0.0.2",model="m"} 2e0',
      'x{user="a",client_ip="10.0.0.3",model="m"} 0.1',
      '# TYPE g gauge',
      'g{b="2",a="1"} 01.0 1600000000000',
      '',
    ].join('\n');
    const first = await startGateway({ upstream: body });
    const second = await startGatewayBefore(first.upstream, { clock: new ManualClock(Date.UTC(2030, 0, 1)) });
    const ask = async (scene: GatewayScene): Promise<string> => (await scene.get()).body.toString('latin1');
    const bytes = await ask(first);
    expect(bytes).toContain('g{b="2",a="1"} 01.0 1600000000000\n');
    expect([
      await ask(first),
      await ask(second),
      await ask(await startGatewayBefore(first.upstream)),
    ]).toEqual([bytes, bytes, bytes]);
  });
});
