// Section f of the attack list: what a target sends and what a scraper is given, on the assembled gate.
// First what is refused as a whole, then what is shown.

import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { hashPassword } from '../../src/auth/password.js';
import { createGateway } from '../../src/gateway/gateway.js';
import type { GatewayOptions } from '../../src/gateway/options.js';
import { Secret } from '../../src/internal/secret.js';
import { ManualClock } from '../support/manual-clock.js';
import {
  BEARER,
  CHEAP_COST,
  OPENMETRICS_ACCEPT,
  OPENMETRICS_TYPE,
  TOKEN,
  answering,
  basicProof,
  bearerProof,
  gatewayOptions,
  startGateway,
  type GatewayScene,
  type UpstreamAnswer,
} from '../support/start-gateway.js';

const TEXT_TYPE = 'text/plain; version=0.0.4';

/** A gate before a target that may send what is no exposition. */
function startUnready(upstream: string | UpstreamAnswer): Promise<GatewayScene> {
  return startGateway({ upstream, ready: false });
}

/** Asks once; the answer, and what the log says of it. */
async function askOnce(scene: GatewayScene): Promise<Readonly<Record<string, unknown>>> {
  const answer = await scene.get('/metrics', {
    headers: { Authorization: BEARER, Accept: OPENMETRICS_ACCEPT },
  });
  const [event] = await scene.audit(1);
  return { status: answer.status, body: answer.text, detail: event?.detail };
}

function refusal(detail: RegExp): object {
  return { status: 502, body: 'Bad Gateway\n', detail: expect.stringMatching(detail) };
}

describe('f. malformed expositions', () => {
  it('P1: quotes, backslashes and line feeds in values leave escaped, and no value makes a line', async () => {
    const body = '# TYPE x gauge\nx{model="a\\"} 1\\nx{model=\\"b\\\\",route="\\\\n"} 1\n';
    const scene = await startGateway({ upstream: body });
    const { text } = await scene.get();
    expect(text).toBe(body);
    expect(text.split('\n')).toHaveLength(3);
  });

  it.each([
    ['an unescaped quote', 'x{model="a"b"} 1'],
    ['a value that is a whole line', 'x{model="a"} 1\nsecret{user="b"} 1 x'],
    ['an unknown escape', 'x{model="a\\t"} 1'],
    ['an open quote', 'x{model="a} 1'],
  ])('P1: %s is refused', async (_, line) => {
    expect(await askOnce(await startUnready(`# TYPE x gauge\n${line}\n`))).toEqual(refusal(/^line \d+: /));
  });

  it('P2: one malformed line among ten thousand fails the scrape, and the log has its number and no text', async () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `x{n="${index}"} 1`);
    lines[7_000] = 'x{project="a"marker-7f3a"} 1';
    const scene = await startUnready(`# TYPE x gauge\n${lines.join('\n')}\n`);
    expect(await askOnce(scene)).toEqual(
      refusal(/^line 7002: comma or closing brace expected after a label$/),
    );
    expect((await scene.audit(1))[0]).toMatchObject({ reason: 'exposition_invalid', decision: 'allowed' });
    expect(JSON.stringify(scene.events)).not.toContain('marker-7f3a');
  });

  it.each([
    ['a label twice', 'x{a="1",a="2"} 1'],
    ['a series twice', 'x{a="1"} 1\nx{a="1"} 2'],
    ['a series twice, its labels in another order', 'x{a="1",b="2"} 1\nx{b="2",a="1"} 2'],
    ['a family in two blocks', 'x 1\n# TYPE y gauge\ny 1\nx{a="1"} 1'],
    ['TYPE twice', 'x 1\n# TYPE x gauge\nx{a="1"} 1'],
    ['TYPE twice, other types', '# TYPE x counter\nx 1'],
  ])('P6: %s is refused, never the last taken', async (_, lines) => {
    expect(await askOnce(await startUnready(`# TYPE x gauge\n${lines}\n`))).toEqual(refusal(/^line \d+: /));
  });

  it.each([
    ['a label twice', 'x{a="1",a="2"} 1', 'same label twice'],
    ['a label twice, once in quotes', 'x{a="1","a"="2"} 1', 'same label twice'],
    ['a series twice', 'x{a="1"} 1\nx{a="1"} 2', 'same series twice'],
    ['a series twice, its name in quotes', 'x{a="1"} 1\n{"x",a="1"} 2', 'same series twice'],
    ['two spellings of one name', 'x{"a.b"="1",U__a_2e_b="2"} 1', 'two names with one escaped form'],
    ['a family in two blocks', 'x 1\n# TYPE y gauge\ny 1\nx{a="1"} 1', 'family in two blocks'],
    ['TYPE twice', '# TYPE x counter\nx_total 1', 'TYPE twice for a metric'],
    ['HELP twice', '# HELP x a\n# HELP x b\nx 1', 'HELP twice for a metric'],
    ['UNIT twice', '# UNIT x x\n# UNIT x x\nx 1', 'UNIT twice for a metric'],
    [
      'a name that another family has',
      'x 1\n# TYPE y counter\ny_total 1\n# TYPE y_total gauge\ny_total 2',
      '',
    ],
  ])('P6: in OpenMetrics too, %s is refused', async (_, lines, reason) => {
    const body = `# TYPE x gauge\n${lines}\n# EOF\n`;
    const scene = await startUnready(answering(body, `${OPENMETRICS_TYPE}; escaping=allow-utf-8`));
    expect(await askOnce(scene)).toEqual(refusal(new RegExp(`^line \\d+: .*${reason}`)));
  });

  it.each([
    ['invalid UTF-8', Buffer.from('x{a="\u00ff"} 1\n', 'latin1')],
    ['an overlong sequence', Buffer.from('x{a="\u00c0\u00af"} 1\n', 'latin1')],
    ['a surrogate', Buffer.from('x{a="\u00ed\u00a0\u0080"} 1\n', 'latin1')],
    ['a NUL', Buffer.from('x{a="\0"} 1\n')],
    ['CRLF', Buffer.from('x 1\r\n')],
    ['a carriage return in a value', Buffer.from('x{a="b\rc"} 1\n')],
    ['a byte order mark', Buffer.from('\ufeffx 1\n')],
  ])('P28: %s is refused', async (_, line) => {
    const body = Buffer.concat([Buffer.from('# TYPE x gauge\n'), line]);
    const scene = await startUnready(answering(line[0] === 0xef ? line : body, TEXT_TYPE));
    expect(await askOnce(scene)).toEqual(
      refusal(/^line \d+: (?:invalid UTF-8|NUL character|carriage return|byte order mark)$/),
    );
  });

  it.each([
    '1_000',
    '1e999',
    '0x1p-3',
    '0x10',
    '1e',
    '--1',
    '1,5',
    '',
    'true',
    'Infinite',
    '1 2 3',
    '1 1.5',
    '1 -5',
  ])('P18: the number %j is refused', async (number) => {
    expect(await askOnce(await startUnready(`# TYPE x gauge\nx ${number}\n`))).toEqual(refusal(/^line 2: /));
  });

  it.each([
    ['no # EOF', '# TYPE x gauge\nx 1\n', /# EOF missing/],
    ['text after # EOF', '# TYPE x gauge\nx 1\n# EOF\nx{a="1"} 1\n', /^line 4: text after # EOF/],
    ['a free comment', '# TYPE x gauge\n# user=alice\nx 1\n# EOF\n', /^line 2: comment/],
    ['an exemplar on a gauge', '# TYPE x gauge\nx 1 # {trace_id="1"} 1\n# EOF\n', /^line 2: exemplar/],
    ['a blank line', '# TYPE x gauge\n\nx 1\n# EOF\n', /^line 2: blank line/],
  ])('P5, P26: OpenMetrics with %s is refused', async (_, body, reason) => {
    expect(await askOnce(await startUnready(answering(body, OPENMETRICS_TYPE)))).toEqual(refusal(reason));
  });
});

describe('f. answers of the target that are not whole', () => {
  const WHOLE = '# TYPE x gauge\nx{model="a"} 1\nx{model="b"} 2\n';

  it.each<[string, UpstreamAnswer]>([
    [
      'a length that is not reached',
      (_request, response) => {
        response.writeHead(200, { 'Content-Type': TEXT_TYPE, 'Content-Length': WHOLE.length + 1 });
        response.write(WHOLE, () => response.destroy());
      },
    ],
    [
      'chunks without their end',
      (_request, response) => {
        response.writeHead(200, { 'Content-Type': TEXT_TYPE });
        response.write(WHOLE, () => response.destroy());
      },
    ],
    [
      'an end that only the connection tells',
      (_request, response) => {
        response.removeHeader('Transfer-Encoding');
        response.useChunkedEncodingByDefault = false;
        response.writeHead(200, { 'Content-Type': TEXT_TYPE, Connection: 'close' }).end(WHOLE);
      },
    ],
    [
      'gzip cut off',
      (_request, response) => {
        const body = gzipSync(WHOLE).subarray(0, -6);
        response
          .writeHead(200, {
            'Content-Type': TEXT_TYPE,
            'Content-Encoding': 'gzip',
            'Content-Length': body.length,
          })
          .end(body);
      },
    ],
    [
      'a last line cut off',
      (_request, response) => {
        response.writeHead(200, { 'Content-Type': TEXT_TYPE }).end(WHOLE.slice(0, -1));
      },
    ],
    [
      'an empty body',
      (_request, response) => {
        response.writeHead(200, { 'Content-Type': TEXT_TYPE }).end();
      },
    ],
    [
      'comments alone',
      (_request, response) => {
        response.writeHead(200, { 'Content-Type': TEXT_TYPE }).end('# nothing here\n');
      },
    ],
    ['204', (_request, response) => void response.writeHead(204).end()],
    ['206', (_request, response) => void response.writeHead(206, { 'Content-Type': TEXT_TYPE }).end(WHOLE)],
    ['500', (_request, response) => void response.writeHead(500, { 'Content-Type': TEXT_TYPE }).end(WHOLE)],
    ['401', (_request, response) => void response.writeHead(401, { 'Content-Type': TEXT_TYPE }).end(WHOLE)],
    ['no answer', (_request, response) => void response.destroy()],
  ])('P26: %s is 502, never a part', async (_, upstream) => {
    const answer = await (await startUnready(upstream)).get();
    expect([answer.status, answer.text]).toEqual([502, 'Bad Gateway\n']);
  });

  it.each([
    ['text/html', '<html><body>Sign in</body></html>\n'],
    ['text/html', WHOLE],
    ['application/json', '{"detail":"Unauthorized"}'],
    ['application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily', WHOLE],
    ['text/plain; version=9', WHOLE],
    ['text/plain; charset=iso-8859-1', WHOLE],
    ['', WHOLE],
    [TEXT_TYPE, '<!doctype html>\n<title>Sign in</title>\n'],
    [TEXT_TYPE, '{"detail":"Unauthorized"}\n'],
  ])('P27: a 200 of type %j with %j is 502', async (type, body) => {
    const answer = await (await startUnready(answering(body, type))).get();
    expect([answer.status, answer.text]).toEqual([502, 'Bad Gateway\n']);
  });

  it('P19: more than a cap allows is 502: on the wire, inflated, as one line, as labels, as series', async () => {
    const many = `# TYPE x gauge\n${Array.from({ length: 50 }, (_, index) => `x{n="${index}"} 1\n`).join('')}`;
    const gzip = (text: string): UpstreamAnswer => {
      const body = gzipSync(text);
      return (_request, response) =>
        void response
          .writeHead(200, {
            'Content-Type': TEXT_TYPE,
            'Content-Encoding': 'gzip',
            'Content-Length': body.length,
          })
          .end(body);
    };
    const labels = Array.from({ length: 200 }, (_, index) => `l${index}="v"`).join(',');
    const cases: [upstream: string | UpstreamAnswer, maxBytes: number, maxSeries: number, detail: RegExp][] =
      [
        [many, 100, 1000, /^body_too_large/],
        [gzip(`# TYPE x gauge\nx{a="${'y'.repeat(1_000_000)}"} 1\n`), 100_000, 1000, /^inflated_too_large/],
        [`# TYPE x gauge\nx{a="${'y'.repeat(1_200_000)}"} 1\n`, 10_000_000, 1000, /^line 2: line too long/],
        [`# TYPE x gauge\nx{${labels}} 1\n`, 100_000, 1000, /^line 2: too many labels/],
        [many, 100_000, 49, /^line 51: more series than max_series$/],
      ];
    for (const [upstream, maxBytes, maxSeries, detail] of cases) {
      const scene = await startGateway({ upstream, ready: false });
      const { url } = scene.upstream;
      await scene.gateway.reload({
        ...gatewayOptions(url),
        targets: [{ name: 'upstream', url, maxBytes }],
        views: [{ name: 'all', target: 'upstream', maxSeries }],
      });
      expect((await scene.get()).status).toBe(502);
      expect((await scene.audit(1))[0]?.detail).toMatch(detail);
    }
  });

  it('P23: a secret of the configuration is in no error and no event', async () => {
    const secret = 'hunter2-9f8e7d6c5b4a';
    const url = `http://user:${secret}@127.0.0.1:1/metrics`;
    const create = (): unknown =>
      createGateway(gatewayOptions(url), { clock: new ManualClock(), onEvent: () => undefined });
    expect(create).toThrow(/options of an HTTP target are invalid/);
    expect(create).not.toThrow(secret);
    const scene = await startUnready((_request, response) => void response.destroy());
    await scene.gateway.reload({ ...scene.options });
    await scene.get();
    await scene.audit(1);
    expect(JSON.stringify(scene.events)).not.toMatch(/127\.0\.0\.1:\d+\/metrics/);
  });

  it('P23: secrets of a running gate are in no dump of its options, no event, no metric and no answer', async () => {
    const hash = await hashPassword('correct horse battery', CHEAP_COST);
    const secrets = { target: 'sk-target-9f8e7d6c5b4a3210', hash };
    const scene = await startGateway({
      credentials: [{ name: 'p', proofs: [bearerProof(TOKEN), basicProof('u', hash)], self: true }],
    });
    const credential = { kind: 'bearer', token: new Secret(secrets.target) } as const;
    const options: GatewayOptions = {
      ...scene.options,
      targets: [{ name: 'upstream', url: scene.upstream.url, credential }],
    };
    await scene.gateway.reload(options);
    const { text } = await scene.get();
    expect(scene.upstream.requests.at(-1)?.headers.authorization).toBe(`Bearer ${secrets.target}`);
    const dumps = [text, inspect(options, { depth: 20, showHidden: true }), JSON.stringify(options)];
    dumps.push(
      await scene.ownMetrics(),
      JSON.stringify(scene.events),
      inspect(scene.gateway, { depth: 20, showHidden: true }),
    );
    for (const secret of [...Object.values(secrets), TOKEN]) {
      expect(dumps.filter((dump) => dump.includes(secret))).toEqual([]);
    }
  });
});
