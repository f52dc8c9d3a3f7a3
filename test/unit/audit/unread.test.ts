// Why nothing could be looked at: failures first, then a door that is closed as it should be.

import { describe, expect, test } from 'vitest';
import { MAX_AUDITED_SERIES } from '../../../src/audit/read-exposition.js';
import { auditOf, auditScene, AUTHORIZATION, HARMLESS, type SceneServer } from '../../support/audit-scene.js';

const always =
  (answer: ReturnType<SceneServer>): SceneServer =>
  () =>
    answer;
const HTML = '<html><body>planted words</body></html>';

describe('nothing could be looked at', () => {
  test.each<[why: string, server: SceneServer, authorization?: string]>([
    ['the credential was refused with 401', always({ status: 401 }), AUTHORIZATION],
    ['the credential was refused with 403', always({ status: 403, body: 'planted words' }), AUTHORIZATION],
    ['GET answers 200 with what is no exposition', always({ body: HTML })],
    ['GET answers 200 with what is no exposition', always({ body: HTML }), AUTHORIZATION],
    ['GET answers 204 with what is no exposition', always({ status: 204 })],
    ['GET answers 302, a redirect', always({ status: 302, headers: { location: '/planted' } })],
    ['GET answers 404', always({ status: 404 })],
    ['GET answers 429', always({ status: 429 })],
    ['GET answers 503', always({ status: 503, body: HARMLESS }), AUTHORIZATION],
    [
      'nothing answered the fetch with the credential',
      ({ headers }) => (headers['authorization'] === undefined ? { status: 401 } : undefined),
      AUTHORIZATION,
    ],
    [
      'the credential was refused with 401',
      ({ headers }) => (headers['authorization'] === undefined ? undefined : { status: 401 }),
      AUTHORIZATION,
    ],
    ['the exposition is malformed, and nothing of it can be used', always({ body: `${HARMLESS}\u0000\n` })],
    // Only whether they look like metrics was seen there.
    [
      'the credential was refused with 401',
      ({ path }) => (path === '/metrics' ? { status: 401 } : { body: HARMLESS }),
      AUTHORIZATION,
    ],
  ])('because %s', async (why, server, authorization) => {
    const { report } = await auditScene(server, { authorization });
    expect(report.unread).toEqual({ closed: false, why });
    expect(JSON.stringify(report)).not.toContain('planted');
  });

  test.each(['', 'x\n', HTML, '\u0000'])('because the input is no exposition: %j', (text) => {
    expect(auditOf(text).report.unread).toEqual({ closed: false, why: 'the input is no exposition' });
  });

  test('because there are more series than an audit reads', () => {
    const lines = Array.from({ length: MAX_AUDITED_SERIES + 1 }, (_, index) => `a{x="${String(index)}"} 1\n`);
    const { report } = auditOf(`# TYPE a gauge\n${lines.join('')}`);
    expect(report.unread?.why).toBe('the exposition has more than 500000 series');
  });
});

describe('a door that strangers alone tried', () => {
  test.each([401, 403])('is closed where it answers %d, and the way in is told', async (status) => {
    const { report } = await auditScene(always({ status, body: 'planted words' }));
    const why = `it answered ${String(status)}; --bearer-token-file or --basic looks inside`;
    expect(report.unread).toEqual({ closed: true, why });
    expect(JSON.stringify(report)).not.toContain('planted');
  });
});

describe('something was looked at', () => {
  test('where one of the readers could read', async () => {
    const byStranger: SceneServer = ({ headers }) =>
      headers['authorization'] === undefined ? { body: HARMLESS } : { status: 401 };
    const byScraper: SceneServer = ({ headers }) =>
      headers['authorization'] === undefined ? { status: 401 } : { body: HARMLESS };
    for (const server of [byStranger, byScraper]) {
      const { report } = await auditScene(server, { authorization: AUTHORIZATION });
      expect(report.unread).toBeUndefined();
    }
  });

  test('where a part of the exposition is malformed', () => {
    const { report } = auditOf('# TYPE a gauge\na 1\n# TYPE b gauge\nb{x="1} 1\n');
    expect(report.unread).toBeUndefined();
  });
});
