// Plants personal data in every place where an exposition can carry text, and looks for it in every byte that leaves:
// answers of every view, in both formats and codings, errors, audit events, the log, and the gate's own metrics.

import { describe, expect, it } from 'vitest';
import { createEventLog } from '../../src/cli/log.js';
import { PRESETS } from '../../src/views/presets.js';
import type { ViewOptions } from '../../src/views/options.js';
import {
  OPENMETRICS_ACCEPT,
  OPENMETRICS_TYPE,
  TOKEN,
  answering,
  bearerProof,
  startGateway,
  type GatewayScene,
} from '../support/start-gateway.js';

/** Found by its shape wherever it stands. */
const BY_SHAPE = {
  email: 'marker-7f3a@pii.example',
  ipv4: '203.0.113.77',
  ipv6: '2001:db8:7f3a::77',
  apiKey: 'sk-marker7f3a0123456789',
  jwt: 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtYXJrZXI3ZjNhIn0.c2lnbmF0dXJlN2YzYQ',
} as const;

/** Known as personal by the label alone. */
const BY_LABEL = {
  ...BY_SHAPE,
  name: 'Erika Marker-7f3a',
  userAgent: 'Marker7f3aBrowser/9.9 (X11)',
  keyHash: '7f3adc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b',
} as const;

/** What a classic name can hold of them. */
const IN_NAMES = { apiKey: 'sk_live_marker7f3a0123456789', token: 'ghp_marker7f3a0123456789' } as const;

const VIEWS: readonly ViewOptions[] = [
  { name: 'generic', target: 'upstream' },
  { name: 'litellm', target: 'upstream', preset: 'litellm' },
  { name: 'vllm', target: 'upstream', preset: 'vllm' },
  { name: 'librechat', target: 'upstream', preset: 'librechat' },
  { name: 'tenant', target: 'upstream', preset: 'litellm', only: { team: ['t1'] }, share: ['*'] },
  {
    name: 'coarse',
    target: 'upstream',
    labels: [
      { label: 'user*', action: 'mask' },
      { label: '*email', action: 'drop' },
      { label: 'client_*', action: 'truncate_ip' },
    ],
    gauges: { '*': 'sum' },
  },
];

type Markers = Readonly<Record<string, string>>;

interface Document {
  readonly body: string;
  readonly format: 'text' | 'openmetrics';
}

function startWithViews(): Promise<GatewayScene> {
  return startGateway({
    views: VIEWS,
    credentials: VIEWS.map(({ name }, index) => ({
      name,
      proofs: [bearerProof(`${TOKEN}${name}`)],
      view: name,
      self: index === 0,
    })),
    guard: { limits: { requestsPerWindow: 100_000 } },
  });
}

/** Everything that leaves the gate when it serves `document` to views in both formats and codings. */
async function everythingSaidOf(
  scene: GatewayScene,
  document: Document,
  refused = false,
): Promise<{ readonly said: string; readonly statuses: ReadonlySet<number> }> {
  const type = document.format === 'text' ? 'text/plain; version=0.0.4' : OPENMETRICS_TYPE;
  scene.upstream.answer = answering(document.body, type);
  const said: string[] = [];
  const statuses = new Set<number>();
  // A document is refused before a view looks at it, with an answer too short to be compressed.
  for (const { name } of refused ? VIEWS.slice(0, 2) : VIEWS) {
    for (const accept of ['text/plain', OPENMETRICS_ACCEPT]) {
      for (const coding of refused ? ['gzip'] : ['identity', 'gzip']) {
        const headers = {
          Authorization: `Bearer ${TOKEN}${name}`,
          Accept: accept,
          'Accept-Encoding': coding,
        };
        const answer = await scene.get('/metrics', { headers });
        statuses.add(answer.status);
        said.push(answer.text, answer.body.toString('latin1'), JSON.stringify(answer.rawHeaders));
      }
    }
  }
  const own = await scene.get('/-/metrics', {
    headers: { Authorization: `Bearer ${TOKEN}${VIEWS[0]?.name}` },
  });
  expect(own.status).toBe(200);
  const log = createEventLog({ isTTY: false, write: (line: string) => said.push(line) > 0 });
  for (const event of scene.events) log(event);
  said.push(own.text, JSON.stringify(scene.events));
  expect(said.join('')).toContain('"event":"request"');
  return { said: said.join('\n'), statuses };
}

/** Serves one document after another; the markers that were sent and came out again, each with its document. */
async function leaks(
  markers: Markers,
  documentOf: (marker: string) => Document,
  expectedStatus: number,
): Promise<readonly string[]> {
  const scene = await startWithViews();
  const leaked: string[] = [];
  for (const [shape, marker] of Object.entries(markers)) {
    const document = documentOf(marker);
    expect(document.body).toContain(marker);
    const { said, statuses } = await everythingSaidOf(scene, document, expectedStatus !== 200);
    expect([shape, ...statuses]).toEqual([shape, expectedStatus]);
    if (said.toLowerCase().includes(marker.toLowerCase())) leaked.push(shape);
  }
  return leaked;
}

/** A counter, a gauge and a histogram with one more label. */
function families(label: string, value: string, format: Document['format']): Document {
  const pair = `${label}="${value}"`;
  const total = format === 'text' ? 'requests' : 'requests_total';
  const body = [
    '# TYPE requests counter',
    `${total}{team="t1",model="m",${pair}} 1`,
    '# TYPE limits gauge',
    `limits{team="t1",${pair}} 1`,
    '# TYPE latency histogram',
    `latency_bucket{team="t1",${pair},le="1.0"} 1`,
    `latency_bucket{team="t1",${pair},le="+Inf"} 1`,
    `latency_sum{team="t1",${pair}} 1`,
    `latency_count{team="t1",${pair}} 1`,
    format === 'text' ? '' : '# EOF\n',
  ].join('\n');
  return { body, format };
}

function textDocument(...lines: readonly string[]): Document {
  return { body: ['# TYPE x counter', 'x{team="t1",model="m"} 1', ...lines, ''].join('\n'), format: 'text' };
}

function openmetricsDocument(...lines: readonly string[]): Document {
  return {
    body: ['# TYPE x counter', 'x_total{team="t1",model="m"} 1', ...lines, '# EOF', ''].join('\n'),
    format: 'openmetrics',
  };
}

/** Labels of LiteLLM, and every label that a rule of the presets hides, a star filled in. */
const HIDDEN_LABELS = [
  ...new Set([
    'user',
    'end_user',
    'user_email',
    'hashed_api_key',
    'team_alias',
    'client_ip',
    'user_agent',
    ...[...PRESETS.generic.groups, ...PRESETS.litellm.groups]
      .filter(({ action }) => action !== 'keep')
      .flatMap(({ labels }) => labels.map((label) => label.replaceAll('*', 'extra'))),
  ]),
];

describe('the marker, in documents that are served', () => {
  it('is looked for where it would be seen: a label that nothing hides shows it', async () => {
    const document = families('colour', 'blue-marker-7f3a', 'text');
    const { said } = await everythingSaidOf(await startWithViews(), document);
    expect(said).toContain('colour="blue-marker-7f3a"');
  });

  it('has labels to stand in', () => {
    expect(HIDDEN_LABELS).toEqual(expect.arrayContaining(['extrauserextra', 'extra_alias', 'sub']));
  });

  it.each(['text', 'openmetrics'] as const)('as the value of every identity label, in %s', async (format) => {
    const scene = await startWithViews();
    for (const [shape, marker] of Object.entries(BY_LABEL)) {
      const pairs = HIDDEN_LABELS.map((label) => `${label}="${marker}"`).join(',');
      const { body } = families('placeholder', 'x', format);
      const document = { body: body.replaceAll('placeholder="x"', pairs), format };
      expect(document.body.split(marker).length).toBeGreaterThan(6 * HIDDEN_LABELS.length);
      const { said, statuses } = await everythingSaidOf(scene, document);
      expect([...statuses]).toEqual([200]);
      expect([shape, said.toLowerCase().includes(marker.toLowerCase())]).toEqual([shape, false]);
    }
  });

  it.each(['text', 'openmetrics'] as const)('as the value of ordinary labels, in %s', async (format) => {
    for (const label of ['route', 'tag', 'colour', 'host', 'api_base'])
      expect(await leaks(BY_SHAPE, (marker) => families(label, marker, format), 200)).toEqual([]);
    const within = (marker: string): Document => families('colour', `see ${marker}, please`, format);
    expect(await leaks(BY_SHAPE, within, 200)).toEqual([]);
  });

  it('in HELP of both formats', async () => {
    const help = (marker: string): string => `# HELP y Ask ${marker} about it.`;
    expect(await leaks(BY_SHAPE, (m) => textDocument(help(m), '# TYPE y counter', 'y 1'), 200)).toEqual([]);
    expect(
      await leaks(BY_SHAPE, (m) => openmetricsDocument(help(m), '# TYPE y counter', 'y_total 1'), 200),
    ).toEqual([]);
  });

  it('in a free comment, before, between and after the families', async () => {
    expect(
      await leaks(
        BY_LABEL,
        (m) => ({ ...textDocument(`# ${m}`), body: `# ${m}\n${textDocument(`#${m}`).body}# ${m}\n` }),
        200,
      ),
    ).toEqual([]);
  });

  it('in a comment after # EOF in text 0.0.4, where that is a comment, too', async () => {
    expect(await leaks(BY_LABEL, (m) => textDocument('# EOF', `# user=${m}`), 200)).toEqual([]);
  });

  it('in info metrics and target_info', async () => {
    const pairs = (m: string): string => `user="${m}",client_ip="${m}",user_agent="${m}",api_key="${m}"`;
    const asText = (m: string): Document =>
      textDocument(
        '# TYPE target_info gauge',
        `target_info{${pairs(m)}} 1`,
        '# TYPE build_info gauge',
        `build_info{${pairs(m)}} 1`,
        `untyped_info{${pairs(m)}} 1`,
      );
    const asOpenMetrics = (m: string): Document =>
      openmetricsDocument(
        '# TYPE target info',
        `target_info{${pairs(m)}} 1`,
        '# TYPE s stateset',
        `s{s="a",${pairs(m)}} 1`,
      );
    expect(await leaks(BY_LABEL, asText, 200)).toEqual([]);
    expect(await leaks(BY_LABEL, asOpenMetrics, 200)).toEqual([]);
  });

  it('in an exemplar, under a harmless label and as one', async () => {
    const exemplar = (m: string): Document =>
      openmetricsDocument(
        '# TYPE y counter',
        `y_total 1 # {trace_id="${m}"} 1`,
        '# TYPE h histogram',
        `h_bucket{le="+Inf"} 1 # {user="${m}"} 1 1600000000.5`,
        'h_count 1',
        'h_sum 1',
      );
    expect(await leaks(BY_LABEL, exemplar, 200)).toEqual([]);
  });

  it('as the name of a metric', async () => {
    const named = (m: string): Document =>
      textDocument(`# HELP ${m} Requests.`, `# TYPE ${m} counter`, `${m}{model="m"} 1`);
    expect(await leaks(IN_NAMES, named, 200)).toEqual([]);
  });
});

describe('the marker, in names in quotes', () => {
  it.each<[place: string, line: (marker: string) => string]>([
    ['of a metric', (m) => `{"${m}"} 1`],
    ['of a label', (m) => `y{"${m}"="x"} 1`],
  ])('%s', async (_, line) => {
    // Text 0.0.4 has no such names; OpenMetrics has, and what a detector knows is hidden in them.
    expect(await leaks(BY_LABEL, (m) => textDocument(line(m)), 502)).toEqual([]);
    const among = (m: string): Document => openmetricsDocument('# TYPE w gauge', 'w 1', line(m));
    expect(await leaks(BY_SHAPE, among, 200)).toEqual([]);
  });
});

describe('the marker, in documents that are refused', () => {
  const escaped = (marker: string): string => marker.replaceAll(/[^a-z0-9_]/gi, '_');

  it.each<[place: string, lines: (marker: string) => readonly string[]]>([
    ['as a bare label name', (m) => [`y{${m}="x"} 1`]],
    ['as a metric name', (m) => [`${m} 1`, '}']],
    ['in TYPE', (m) => [`# TYPE y ${m}`, 'y 1']],
    ['as the name in TYPE', (m) => [`# TYPE ${m} counter x`]],
    ['as a value', (m) => [`y{user="a"} ${m}`]],
    ['as a timestamp', (m) => [`y 1 ${m}`]],
    ['behind a sample', (m) => [`y 1 1600000000000 ${m}`]],
    ['in a line that breaks off', (m) => [`y{user="${m}`]],
    ['behind an unescaped quote', (m) => [`y{user="a"${m}"} 1`]],
    ['in a label twice', (m) => [`y{user="${m}",user="${m}"} 1`]],
    ['in a series twice', (m) => [`y{user="${m}"} 1`, `y{user="${m}"} 2`]],
    [
      'in the bound of a bucket',
      (m) => ['# TYPE h histogram', `h_bucket{le="${m}"} 1`, 'h_sum 1', 'h_count 1'],
    ],
    ['in a quantile', (m) => ['# TYPE s summary', `s{quantile="${m}"} 1`, 's_sum 1', 's_count 1']],
    ['in HELP twice', (m) => [`# HELP y ${m}`, `# HELP y ${m}`, 'y 1']],
  ])('%s', async (_, lines) => {
    expect(await leaks(BY_LABEL, (m) => textDocument(...lines(m)), 502)).toEqual([]);
    expect(await leaks(BY_LABEL, (m) => openmetricsDocument(...lines(m)), 502)).toEqual([]);
  });

  it.each<[place: string, documentOf: (marker: string) => Document]>([
    ['after # EOF', (m) => ({ ...openmetricsDocument(), body: `${openmetricsDocument().body}# ${m}\n` })],
    ['in a free comment of OpenMetrics', (m) => openmetricsDocument(`# ${m}`)],
    ['as a unit', (m) => openmetricsDocument(`# UNIT y ${m}`, 'y 1')],
    ['in an exemplar of a gauge', (m) => openmetricsDocument('# TYPE g gauge', `g 1 # {user="${m}"} 1`)],
    [
      'in an exemplar that is too long',
      (m) => openmetricsDocument(`y_total 1 # {user="${m}${'x'.repeat(200)}"} 1`),
    ],
    ['in a web page', (m) => ({ format: 'text', body: `<html>${m}</html>\n` })],
    ['in a document that is cut off', (m) => ({ format: 'text', body: `x{user="${m}"} 1\nx{user="${m}"` })],
    ['as a name with control characters', (m) => textDocument(`${escaped(m)}\u0007{a="${m}"} 1`)],
  ])('%s', async (_, documentOf) => {
    expect(await leaks(BY_LABEL, documentOf, 502)).toEqual([]);
  });
});

describe('the marker, in answers that are no documents', () => {
  it.each([
    ['status', 500, { 'Content-Type': 'text/plain; version=0.0.4' }],
    ['type', 200, { 'Content-Type': 'text/html' }],
    ['redirect', 302, { 'Content-Type': 'text/plain' }],
    ['coding', 200, { 'Content-Type': 'text/plain', 'Content-Encoding': 'marker' }],
  ])('by its %s', async (_, status, headers) => {
    const scene = await startWithViews();
    for (const marker of Object.values(BY_LABEL)) {
      scene.upstream.answer = (_request, response) =>
        void response
          .writeHead(status, { ...headers, Location: `/${encodeURIComponent(marker)}`, 'X-Marker': marker })
          .end(`# ${marker}\n`);
      const answer = await scene.get('/metrics', { headers: { Authorization: `Bearer ${TOKEN}generic` } });
      expect(answer.status).toBe(502);
      const said = answer.text + JSON.stringify([answer.rawHeaders, scene.events]);
      expect(said).not.toContain(marker);
      expect(said).not.toContain(encodeURIComponent(marker));
    }
  });
});
