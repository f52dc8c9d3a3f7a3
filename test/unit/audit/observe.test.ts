// How an endpoint is looked at: what is sent, to whom, as whom; and what follows from the answers.

import { describe, expect, test } from 'vitest';
import { auditScene, AUTHORIZATION, CAREFUL, HARMLESS, type SceneServer } from '../../support/audit-scene.js';

const open: SceneServer = ({ method, path }) =>
  method === 'GET' && path === '/metrics' ? { body: HARMLESS } : { status: 404 };
const closed: SceneServer = ({ headers, method, path }) => {
  if (headers['authorization'] !== AUTHORIZATION) return { status: 401 };
  return method === 'GET' && path === '/metrics' ? { body: HARMLESS } : { status: 405 };
};

describe('what is sent', () => {
  test('goes to the given host alone, and the credential to the given address alone', async () => {
    const { probes } = await auditScene(closed, { authorization: AUTHORIZATION, ports: [4001, 80, 9090] });
    for (const { origin } of probes) expect(new URL(origin).hostname).toBe('gate.example');
    const presented = probes.filter(({ headers }) => headers['authorization'] !== undefined);
    expect(new Set(presented.map(({ origin, path }) => origin + path))).toEqual(
      new Set(['http://gate.example/metrics']),
    );
    expect(new Set(probes.map(({ origin }) => origin))).toEqual(
      new Set(['http://gate.example', 'http://gate.example:4001', 'http://gate.example:9090']),
    );
  });

  test('is bounded, whatever is answered', async () => {
    const ports = Array.from({ length: 16 }, (_, index) => 10_000 + index);
    const redirecting = await auditScene(() => ({ status: 307, headers: { location: '/elsewhere' } }), {
      ports,
    });
    expect(redirecting.probes.length).toBeLessThanOrEqual(64);
    const serving = await auditScene(() => ({ body: HARMLESS }), { ports, authorization: AUTHORIZATION });
    expect(serving.probes.length).toBeLessThanOrEqual(64);
    for (const { path } of redirecting.probes) expect(path).not.toContain('elsewhere');
  });

  test('ends when the time is up, and says so', async () => {
    const { probes, report } = await auditScene(open, { deadlineMs: 0 });
    expect(probes).toEqual([]);
    expect(report.notes.join(' ')).toContain('time for the audit was up');
  });

  test('changes nothing: PUT, DELETE and PATCH only go to what is called metrics', async () => {
    const group = await auditScene(open, { address: 'http://gate.example/metrics/job/batch' });
    const methods = (probes: typeof group.probes): ReadonlySet<string> =>
      new Set(probes.map(({ method }) => method));
    expect(methods(group.probes)).toEqual(new Set(['GET', 'POST', 'OPTIONS', 'TRACE']));
    expect(group.report.notes.join(' ')).toContain('PUT, DELETE and PATCH were not sent');
    const plain = await auditScene(open);
    expect(methods(plain.probes)).toEqual(
      new Set(['GET', 'POST', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'PATCH']),
    );
  });

  test('is told step by step', async () => {
    const { steps } = await auditScene(open, { ports: [1], intervalMs: 5000 });
    expect(steps).toEqual([
      'fetching as a stranger',
      'trying other methods',
      'trying other paths',
      'trying other ports of the host',
      'reading what was served',
      'waiting 5 s for a second fetch',
    ]);
  });
});

describe('access', () => {
  test('is no finding where strangers are refused and the credential opens', async () => {
    const { ids, report } = await auditScene(closed, {
      authorization: AUTHORIZATION,
      address: 'https://gate.example/metrics',
    });
    expect(ids).toEqual([]);
    expect(report.readers).toEqual(['scraper']);
  });

  test('in the open is one, with what was read', async () => {
    const { finding } = await auditScene(open);
    expect(finding('access/open')).toMatchObject({
      severity: 'medium',
      reader: 'stranger',
      evidence: ['GET answers 200 with 1 series of 1 metric to anybody'],
    });
  });

  test('of a refused credential and of a redirect is told', async () => {
    const refused = await auditScene(() => ({ status: 403 }), { authorization: AUTHORIZATION });
    expect(refused.finding('access/credential-refused')?.evidence).toEqual([
      'GET with the credential answers 403',
    ]);
    const redirected = await auditScene(() => ({ status: 307 }));
    expect(redirected.finding('access/redirect')?.evidence).toEqual([
      'GET as stranger answers 307; the redirect was not followed',
    ]);
  });

  test('by another method is found for strangers and for scrapers', async () => {
    const sloppy: SceneServer = ({ method, headers }) =>
      method === 'POST' || headers['authorization'] === AUTHORIZATION ? { body: HARMLESS } : { status: 401 };
    const { finding } = await auditScene(sloppy, { authorization: AUTHORIZATION });
    const evidence = finding('access/method')?.evidence;
    expect(evidence).toContain('POST without a credential answers with metrics');
    expect(evidence).toContain('PUT with the credential answers with metrics');
  });

  test('by another path is found where the address itself is closed', async () => {
    const server: SceneServer = ({ path, headers }) => {
      if (path === '//metrics' || path === '/%6detrics') return { body: HARMLESS };
      return headers['authorization'] === AUTHORIZATION && path === '/metrics'
        ? { body: HARMLESS }
        : { status: 401 };
    };
    const { finding, ids } = await auditScene(server, { authorization: AUTHORIZATION });
    expect(finding('access/open-path')?.evidence).toEqual([
      'path //metrics: the same metrics',
      'path /%6detrics: the same metrics',
    ]);
    expect(ids).not.toContain('access/open');
    expect((await auditScene(() => ({ body: HARMLESS }))).ids).not.toContain('access/open-path');
  });

  test('by another port is found, also behind a redirect to a slash', async () => {
    const server: SceneServer = ({ origin, path }) => {
      if (origin.endsWith(':4001')) return path === '/metrics/' ? { body: HARMLESS } : { status: 307 };
      if (origin.endsWith(':9090')) return { body: '# TYPE other gauge\nother 1\n' };
      return origin === 'http://gate.example'
        ? open({ origin, path, method: 'GET', headers: {}, maxBytes: 1, cut: true })
        : undefined;
    };
    const { finding } = await auditScene(server, { ports: [4001, 9090, 9100] });
    expect(finding('access/open-port')?.evidence).toEqual([
      'port 4001: the same metrics',
      'port 9090: other metrics',
    ]);
    expect(finding('access/open-port')?.fix).toContain('LiteLLM');
  });
});

describe('answers', () => {
  test('without no-store, without a type or without metrics are findings', async () => {
    const { finding } = await auditScene(() => ({
      body: HARMLESS,
      headers: { 'cache-control': 'max-age=60' },
    }));
    expect(finding('transport/cacheable')?.evidence).toEqual([
      'metrics are sent with a Cache-Control without no-store',
    ]);
    expect(finding('format/content-type')?.evidence).toEqual(['no Content-Type']);
    const page = await auditScene(() => ({ body: '<html># TYPE up gauge\nup 1\n</html>' }));
    expect(page.ids).toContain('format/not-metrics');
    expect(page.ids).not.toContain('access/open');
  });

  test('that limit how often is asked are told', async () => {
    let asked = 0;
    const { report } = await auditScene(() => {
      asked += 1;
      return asked > 2 ? { status: 429 } : { body: HARMLESS };
    });
    expect(report.notes.join(' ')).toContain('429');
  });

  test('that never come are told, and nothing else is asked', async () => {
    const { report, probes } = await auditScene(() => undefined);
    expect(probes).toHaveLength(1);
    expect(report.notes).toEqual(['A fetch as stranger gave nothing: unreachable (ECONNREFUSED).']);
  });

  test('with new series from one fetch to the next show growth', async () => {
    let fetches = 0;
    const growing: SceneServer = ({ cut, path }) => {
      if (path !== '/metrics') return { status: 404 };
      if (!cut) fetches += 1;
      const series = Array.from({ length: fetches * 30 }, (_, index) => `a{b="${String(index)}"} 1\n`);
      return { body: `# TYPE a gauge\n${series.join('')}` };
    };
    const { finding, report } = await auditScene(growing, { intervalMs: 2000 });
    expect(finding('cardinality/growth')?.evidence).toEqual(['30 new series in 2 s, after 30']);
    expect(report.growth).toEqual({ seconds: 2, added: 30, removed: 0 });
    expect((await auditScene(open, { intervalMs: 2000 })).ids).not.toContain('cardinality/growth');
  });
});

describe('software', () => {
  const litellm = '# TYPE litellm_in_flight_requests gauge\nlitellm_in_flight_requests 1\n';

  test.each([
    ['1.83.9', true],
    ['1.84.0', false],
    ['1.106.2', false],
  ])('LiteLLM %s is open by default: %s', async (version, expected) => {
    const { ids, report } = await auditScene(({ path }) =>
      path === '/health/readiness'
        ? { body: JSON.stringify({ litellm_version: version }) }
        : { body: litellm },
    );
    expect(report.software).toEqual({ software: 'litellm', version, preset: 'litellm' });
    expect(ids.includes('software/open-by-default')).toBe(expected);
    expect(ids).toContain('software/version');
  });

  test('says nothing of its default where the version is not known, and believes no odd one', async () => {
    for (const body of ['not json', '[]', '{"litellm_version": 5}', '{"litellm_version": "1.2\\u001b[1m"}']) {
      const { ids, report } = await auditScene(({ path }) =>
        path === '/health/readiness' ? { body } : { body: litellm },
      );
      expect(report.software).toEqual({ software: 'litellm', preset: 'litellm' });
      expect(ids).not.toContain('software/open-by-default');
      expect(ids).not.toContain('software/version');
    }
  });

  test('is known by a refusal as well', async () => {
    const { report } = await auditScene(() => ({
      status: 401,
      headers: CAREFUL,
      body: '"Unauthorized access to metrics endpoint: no key"',
    }));
    expect(report.software.software).toBe('litellm');
  });
});
