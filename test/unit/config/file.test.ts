// One look finds everything: what has the wrong shape hides nothing else, and causes no other complaint.

import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { asRecord } from '../../../src/internal/option-problems.js';
import { loadFailure, loadProblems, STRONG } from '../../support/load-configuration.js';

const DIGEST = 'sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';

/** A file with a fault that only the rooms see in every entry. */
const FAULTY = `
trusted_proxies: [10.0.0.0/8, 10.0.0.5/8]
limits: { requests_per_minute: 1, lockout: 10ms }
tls: { cert_file: nowhere.pem, key_file: nowhere.pem }
targets:
  litellm: { url: "ftp://litellm.example", preset: litellm, username: u, password: p }
views:
  all: { target: litellm, share: [x], labels: [{ label: le, action: drop }], reveal: ["*"], max_series: 5 }
  acme: { target: litelm, only: { team: [a] } }
credentials:
  books: { view: all, username: "a:b", password_hash: "$2y$x", self: true }
  twice: { view: all, bearer_tokens: [{ digest: x }, { digest: "${DIGEST}" }] }
  again: { view: all, bearer_token_digest: "${DIGEST}", not_after: 2030-01-01 }
`;

function changed(path: readonly (string | number)[], by: unknown): string {
  const document: unknown = parse(FAULTY);
  let at = document;
  for (const segment of path.slice(0, -1)) {
    at = Array.isArray(at) ? at[Number(segment)] : asRecord(at)?.[String(segment)];
  }
  const last = path.at(-1) ?? '';
  if (Array.isArray(at)) at[Number(last)] = by;
  else Object.assign(asRecord(at) ?? {}, { [last]: by });
  return stringify(document);
}

function isNear(problem: string, path: string): boolean {
  const at = problem.split(': ')[0] ?? '';
  return at === path || at.startsWith(`${path}.`) || at.startsWith(`${path}[`);
}

describe('a wrong shape', () => {
  it.each([
    [['listen'], 9087, 'listen'],
    [['trusted_proxies', 0], 5, 'trusted_proxies[0]'],
    [['allowed_ips'], '10.0.0.0/8', 'allowed_ips'],
    [['limits', 'requests_per_minute'], 'many', 'limits.requests_per_minute'],
    [['limits', 'failures_per_minute'], 0, 'limits.failures_per_minute'],
    [['tls', 'cert_file'], 5, 'tls.cert_file'],
    [['targets', 'litellm', 'preset'], 'lite', 'targets.litellm.preset'],
    [['targets', 'litellm', 'username'], 5, 'targets.litellm.username'],
    [['targets', 'litellm', 'password'], [], 'targets.litellm.password'],
    [['targets', 'litellm', 'timeout'], 10, 'targets.litellm.timeout'],
    [['targets', 'vllm'], 5, 'targets.vllm'],
    [['targets', 'vllm'], { preset: 'vllm' }, 'targets.vllm'],
    [['targets', 'Upper'], { url: 'http://a.example/' }, 'targets.Upper'],
    [['views', 'all', 'labels', 0, 'action'], 'hash', 'views.all.labels[0].action'],
    [['views', 'all', 'labels', 1], 5, 'views.all.labels[1]'],
    [['views', 'all', 'max_series'], 'many', 'views.all.max_series'],
    [['views', 'all', 'gauges'], { '*': 'mean' }, 'views.all.gauges."*"'],
    [['views', 'all', 'metrics'], { keep: [] }, 'views.all.metrics'],
    [['views', 'all', 'preset'], null, 'views.all.preset'],
    [['views', 'acme', 'only'], 'team', 'views.acme.only'],
    [['views', 'acme', 'only', 'team'], '2f6a', 'views.acme.only.team'],
    [['views', 'acme', 'only', 'team', 0], 5, 'views.acme.only.team[0]'],
    [['views', 'acme', 'reveal'], 5, 'views.acme.reveal'],
    [['credentials', 'books', 'view'], 5, 'credentials.books.view'],
    [['credentials', 'books', 'self'], 1, 'credentials.books.self'],
    [
      ['credentials', 'twice', 'bearer_tokens', 0, 'not_after'],
      'soon',
      'credentials.twice.bearer_tokens[0].not_after',
    ],
    [['credentials', 'again', 'view'], undefined, 'credentials.again.view'],
    [['credentials', 'again', 'not_after'], 'soon', 'credentials.again.not_after'],
    [['credentials', 'more'], { view: 'all', username: 'c', password_hash_file: 5 }, 'credentials.more'],
    [['credentials', 'more'], { view: 'all', bearer_token: 5 }, 'credentials.more.bearer_token'],
    [['credentials', 'more'], 5, 'credentials.more'],
    [['credentials', 'more'], { bearer_tokens: [{ digets: 'x' }], view: 'all' }, 'credentials.more'],
  ])('at %j as %j hides nothing and causes nothing elsewhere', async (path, by, place) => {
    const before = await loadProblems({ file: FAULTY });
    const after = await loadProblems({ file: changed(path, by) });
    expect(after.filter((problem) => !isNear(problem, place)).toSorted()).toEqual(
      before.filter((problem) => !isNear(problem, place)).toSorted(),
    );
    expect(after.filter((problem) => isNear(problem, place)).length).toBeGreaterThan(0);
  });

  it('leaves the faults of the example for every room', async () => {
    const rooms = (await loadProblems({ file: FAULTY })).map((problem) => problem.split(/[.[:]/)[0]);
    expect(new Set(rooms)).toEqual(
      new Set(['trusted_proxies', 'limits', 'tls', 'targets', 'views', 'credentials']),
    );
  });

  it('is told with everything else that is missing in the same entry', async () => {
    const file =
      'targets: { a: { url: "http://a.example/" } }\ncredentials: { b: { view: default, self: 1 } }';
    expect(await loadProblems({ file })).toEqual([
      'credentials.b.self: expected true or false',
      expect.stringContaining('credentials.b: proves nothing'),
    ]);
  });

  it('is told with the way in where the file is a web configuration of Prometheus', async () => {
    const file = 'targets: { a: { url: "http://a.example/" } }\nbasic_auth_users: { alice: hunter2 }';
    expect(await loadProblems({ file })).toEqual([
      'basic_auth_users: belongs in a web configuration of Prometheus; give that file with --web.config.file, beside this one',
    ]);
  });

  it('is told alone where the rest would only follow from it', async () => {
    const file = `targets: { a: { url: "http://a.example/" } }
credentials: { b: { view: default, bearer_tokn: ${STRONG} } }`;
    expect(await loadProblems({ file })).toEqual([
      'credentials.b.bearer_tokn: is not known; did you mean bearer_token?',
    ]);
  });
});

describe('places', () => {
  async function places(file: string, env: Record<string, string> = {}): Promise<readonly string[]> {
    const { problems } = await loadFailure({ file, env });
    return problems.map(({ place = 'nowhere', path }) => `${place} ${path}`);
  }

  it('are lines of the file, in its order; what is not in the file comes last', async () => {
    const file = `credentials:
  b:
    bearer_token_digest: short
views:
  acme: { target: a, reveal: ["*"] }
targets:
  a:
    preset: lite
listn: x
`;
    expect(await places(file, { PORT: 'x' })).toEqual([
      '/gate/gate.yml:2 credentials.b.view',
      '/gate/gate.yml:3 credentials.b.bearer_token_digest',
      '/gate/gate.yml:5 views.acme.reveal[0]',
      '/gate/gate.yml:7 targets.a.url',
      '/gate/gate.yml:8 targets.a.preset',
      '/gate/gate.yml:9 listn',
      'nowhere PORT',
    ]);
  });

  it('of what an alias repeats are those of the alias', async () => {
    const file = `targets: { a: { url: "http://a.example/" } }
views:
  one: { target: a, reveal: &labels ["*"] }
  two:
    target: a
    reveal: *labels
`;
    expect(await places(file)).toEqual([
      '/gate/gate.yml:3 views.one.reveal[0]',
      '/gate/gate.yml:6 views.two.reveal[0]',
    ]);
  });

  it('of text that is no YAML have a column, and one line tells of a kind of fault once', async () => {
    // As people write what a shell would replace.
    const file = 'targets: { litellm: { url: ${URL}, preset: litellm } }\n';
    const { problems } = await loadFailure({ file });
    expect(problems.length).toBeGreaterThan(0);
    expect(new Set(problems.map(({ message }) => message)).size).toBe(problems.length);
    for (const { place, path } of problems) {
      expect(place).toMatch(/^\/gate\/gate\.yml:\d+:\d+$/);
      expect(path).toBe('');
    }
  });

  it('name the file so that nothing in its name can move a cursor', async () => {
    const configPath = '/gate/\u001b[31m.yml';
    const { problems } = await loadFailure({ configPath, files: { [configPath]: 'listn: x' } });
    expect(problems[0]?.place).toBe('"/gate/\\u001b[31m.yml":1');
  });
});
