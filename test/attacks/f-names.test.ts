// Section f of the attack list: names beyond the classic alphabet, on the assembled gate.

import { describe, expect, it } from 'vitest';
import { ScrapegateError } from '../../src/errors.js';
import { MAX_NAME_BYTES } from '../../src/exposition/limits.js';
import { parseExposition } from '../../src/exposition/parse.js';
import { createGateway } from '../../src/gateway/gateway.js';
import { ManualClock } from '../support/manual-clock.js';
import { shown as shownText, view } from '../support/scraped.js';
import { BEARER, answering, gatewayOptions, startGateway } from '../support/start-gateway.js';

const OPENMETRICS_UTF8 = 'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8';
const BODY = [
  '# TYPE "gen_ai.client.tokens" counter',
  '{"gen_ai.client.tokens_total","user.email"="erika@mustermann.example","client.ip"="192.0.2.7"} 1',
  '{"gen_ai.client.tokens_total","user.email"="erika@mustermann.example","client.ip"="192.0.2.8"} 2',
  '{"gen_ai.client.tokens_total","erika@mustermann.example"="x","model"="m"} 4',
  '# TYPE "of.erika@mustermann.example" gauge',
  '{"of.erika@mustermann.example"} 1',
  '# EOF',
  '',
].join('\n');

async function shown(accept: string): Promise<{ readonly text: string; readonly type: string | undefined }> {
  const scene = await startGateway({ upstream: answering(BODY, OPENMETRICS_UTF8) });
  const { text, headers } = await scene.get('/metrics', {
    headers: { Authorization: BEARER, Accept: accept },
  });
  return { text, type: headers['content-type'] };
}

describe('f. quoted names', () => {
  it.each(['application/openmetrics-text; version=1.0.0', OPENMETRICS_UTF8])(
    'P3: a quoted label is hidden like any other, and so is a name that is an address; Accept: %s',
    async (accept) => {
      const { text } = await shown(accept);
      expect(text).not.toMatch(/erika|mustermann|192\.0\.2/i);
      expect(text.match(/\} 3$/m)).not.toBeNull();
      expect(text.match(/p_[a-z2-7]{26}/g)).toHaveLength(2);
      expect(text.endsWith('# EOF\n')).toBe(true);
    },
  );

  it('P3: who understands quotes gets them, and who does not gets names that cannot collide', async () => {
    const quoted = await shown(OPENMETRICS_UTF8);
    expect(quoted.type).toContain('escaping=allow-utf-8');
    expect(quoted.text).toContain('{"gen_ai.client.tokens_total","user.email"="p_');
    const escaped = await shown('application/openmetrics-text; version=1.0.0');
    expect(escaped.text).toContain('U__gen__ai_2e_client_2e_tokens__total{U__user_2e_email="p_');
    expect(escaped.text).not.toContain('{"');
  });

  it.each([
    ['a space behind it', '{"x","end_user "="Erika Musterfrau"} 1'],
    ['capitals and a space', '{"x","End User"="Erika Musterfrau"} 1'],
    ['a zero-width space in it', '{"x","us\u200ber"="Erika Musterfrau"} 1'],
    ['a soft hyphen in it', '{"x","us\u00ader"="Erika Musterfrau"} 1'],
    ['full-width letters', '{"x","\uff55\uff53\uff45\uff52"="Erika Musterfrau"} 1'],
    ['mathematical letters', '{"x","\u{1d42e}ser"="Erika Musterfrau"} 1'],
    ['dots', '{"x","enduser.id"="Erika Musterfrau"} 1'],
    ['an escape of Prometheus', 'x{U__us_65_r="Erika Musterfrau"} 1'],
    ['quotes around a classic name', 'x{"user"="Erika Musterfrau"} 1'],
    ['another label and the metric behind it', '{"x","m"="1","end_user"="Erika Musterfrau"} 1'],
    ['an accent in it', '{"x","u\u0301ser"="Erika Musterfrau"} 1'],
    ['an accented letter', '{"x","\u00faser"="Erika Musterfrau"} 1'],
    ['an invisible letter', '{"x","us\u3164er"="Erika Musterfrau"} 1'],
    ['a mark around it', '{"x","u\u20ddser"="Erika Musterfrau"} 1'],
  ])('P3: a label of people with %s is hidden, whoever reads', async (_, line) => {
    const body = `# TYPE x gauge\n${line}\n# EOF\n`;
    const scene = await startGateway({ upstream: answering(body, OPENMETRICS_UTF8) });
    for (const accept of ['text/plain', 'application/openmetrics-text; version=1.0.0', OPENMETRICS_UTF8]) {
      const { status, text } = await scene.get('/metrics', {
        headers: { Authorization: BEARER, Accept: accept },
      });
      expect([status, text.includes('Erika'), text.match(/p_[a-z2-7]{26}/g)?.length]).toEqual([
        200,
        false,
        1,
      ]);
    }
  });

  it('P3: a name that is not where names stand is refused', async () => {
    const line = '{"end_user"="Erika Musterfrau","x"} 1';
    const scene = await startGateway({
      upstream: answering(`${line}\n# EOF\n`, OPENMETRICS_UTF8),
      ready: false,
    });
    const { status, text } = await scene.get();
    expect([status, text]).toEqual([502, 'Bad Gateway\n']);
  });

  it('P3: quotes where the Content-Type does not announce them are refused', async () => {
    const text = 'x 1\n{"a.b"} 1\n';
    const scene = await startGateway({
      upstream: answering(text),
    });
    expect((await scene.get()).status).toBe(502);
  });
});

describe('f. names that are programs', () => {
  it('P22: markup in a name leaves escaped or in quotes as text that no browser reads, and the own metrics stay whole', async () => {
    const markup = '<img src=x onerror=alert(1)>';
    const body = [
      `# TYPE "${markup}" gauge`,
      `{"${markup}","${markup}_user\u001b[31m"="b"} 1`,
      '# TYPE h histogram',
      'h_bucket{model="<svg onload=alert(1)>",le="+Inf"} 1',
      'h_count{model="<svg onload=alert(1)>"} 1',
      'h_sum{model="<svg onload=alert(1)>"} 1',
      '# EOF\n',
    ].join('\n');
    const scene = await startGateway({ upstream: answering(body, OPENMETRICS_UTF8) });
    for (const accept of ['text/plain', 'application/openmetrics-text; version=1.0.0', OPENMETRICS_UTF8]) {
      const answer = await scene.get('/metrics', { headers: { Authorization: BEARER, Accept: accept } });
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toMatch(/^(?:text\/plain|application\/openmetrics-text);/);
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      // Only who asked for names in quotes gets them as they are.
      expect(answer.text.includes('<img')).toBe(accept === OPENMETRICS_UTF8);
    }
    const own = await scene.ownMetrics();
    expect(parseExposition(Buffer.from(own), 'text', {}).ok).toBe(true);
    expect(JSON.stringify(await scene.audit(1))).not.toMatch(/onerror|onload|\\u001b/);
  });

  it('P22: markup where a bound belongs is refused', async () => {
    const body = '# TYPE h histogram\nh_bucket{le="<img src=x onerror=alert(1)>"} 1\nh_count 1\nh_sum 1\n';
    const scene = await startGateway({ upstream: body, ready: false });
    const { status, text } = await scene.get();
    expect([status, text]).toEqual([502, 'Bad Gateway\n']);
    expect(JSON.stringify(await scene.audit(1))).not.toContain('onerror');
  });

  it.each(['(a+)+$', '^(([a-z])+.)+', '(.*a){20}'])(
    'P21: the regular expression %s is refused at start',
    (pattern) => {
      const options = gatewayOptions('http://127.0.0.1:1/', {
        views: [
          view({ labels: [{ label: pattern, action: 'drop' }], metrics: { keep: [], drop: [pattern] } }),
        ],
      });
      expect(() => createGateway(options, { clock: new ManualClock(), onEvent: () => undefined })).toThrow(
        ScrapegateError,
      );
    },
  );

  it('P21: patterns of nothing but stars against the longest names come to an end', async () => {
    const pattern = `${'a*'.repeat(200)}b`;
    const name = 'a'.repeat(MAX_NAME_BYTES);
    const text = await shownText(`${name}{${name}="1"} 1\n`, {
      labels: [{ label: pattern, action: 'drop', metric: pattern }],
      metrics: { drop: [pattern] },
    });
    expect(text).toBe(`${name}{${name}="1"} 1\n`);
  });
});
