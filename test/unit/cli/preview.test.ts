import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../../src/cli/program.js';
import { createTestContext, inputOf } from '../../support/cli-context.js';

const EXPOSITION = '# TYPE up gauge\nup{user="anna",code="200"} 1\n';

let url = '';
const asked: (string | undefined)[] = [];
const server = createServer((request, response) => {
  asked.push(request.headers.authorization);
  const isAllowed = request.headers.authorization === 'Bearer let-me-in';
  response.writeHead(isAllowed ? 200 : 401, { 'content-type': 'text/plain; version=0.0.4' });
  response.end(isAllowed ? EXPOSITION : 'who is anna@acme.example?');
});
const folder = mkdtempSync(join(tmpdir(), 'scrapegate-preview-'));
const file = (name: string): string => join(folder, name);

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : '')}/metrics`;
  writeFileSync(file('metrics.prom'), EXPOSITION);
  writeFileSync(file('metrics.openmetrics'), '# TYPE up gauge\nup{user="anna"} 1\n# EOF\n');
  writeFileSync(file('damaged.prom'), 'up{user="anna@acme.example"\n');
  writeFileSync(file('token'), 'let-me-in\n');
  writeFileSync(
    file('gate.yml'),
    `targets:
  llm: { url: '${url}', bearer_token_file: token }
views:
  operations: { target: llm }
  plain: { target: llm, reveal: [user] }
credentials:
  idp:
    oidc: { issuer: 'https://idp.example', audience: gate }
    view: { from_claim: team, target: llm, only: { code: ['{claim}'] } }
`,
  );
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

async function preview(args: readonly string[], stdin: readonly string[] = []) {
  const context = createTestContext({ stdin: inputOf(stdin) });
  const code = await run(['preview', ...args], context);
  return { code, out: context.out(), err: context.err() };
}
const config = (): readonly string[] => ['--config', file('gate.yml')];

describe('preview', () => {
  it.each<[string, () => readonly string[], number, string]>([
    ['no view', () => config(), 2, '--view: is missing; expected one of operations, plain, claim:idp'],
    ['an unknown view', () => [...config(), '--view', 'x'], 2, '--view: is not known; expected one of'],
    ['no claim', () => [...config(), '--view', 'claim:idp'], 2, '--claim: is missing'],
    [
      'a claim for nothing',
      () => [...config(), '--view', 'plain', '--claim', 'a'],
      2,
      'does not depend on a claim',
    ],
    [
      'an unknown preset',
      () => ['--preset', 'x', file('metrics.prom')],
      2,
      '--preset: expected one of generic',
    ],
    ['a preset and a view', () => ['--preset', 'generic', '--view', 'x'], 2, '--preset stands for'],
    ['a preset without a source', () => ['--preset', 'generic'], 2, 'expected a URL or a file'],
    [
      'what is no series',
      () => ['--preset', 'generic', '--explain', 'up{', '-'],
      2,
      '--explain: expected one series',
    ],
    [
      'a series that is not there',
      () => ['--preset', 'generic', '--explain', 'down', file('metrics.prom')],
      2,
      '--explain: the target has no such series',
    ],
    [
      'a token for a file',
      () => ['--preset', 'generic', '--bearer-token-file', file('token'), file('metrics.prom')],
      2,
      '--bearer-token-file: is for a URL',
    ],
    [
      'a token file that is not there',
      () => ['--preset', 'generic', '--bearer-token-file', file('none'), url],
      2,
      '/none does not exist',
    ],
    ['a file that is not there', () => ['--preset', 'generic', file('none')], 1, '/none does not exist'],
    ['a folder', () => ['--preset', 'generic', folder], 1, 'is a folder'],
    [
      'an address without a scheme',
      () => ['--preset', 'generic', 'x/y'],
      1,
      'begins with http:// or https://',
    ],
    [
      'a file, and neither preset nor configuration',
      () => [file('metrics.prom')],
      2,
      'say what to show: --preset',
    ],
    ['a target that refuses', () => ['--preset', 'generic', url], 1, 'the target refuses (401)'],
    ['a URL that is none', () => ['--preset', 'generic', 'http://user:pw@x/'], 2, 'user information'],
    [
      'what is no exposition',
      () => ['--preset', 'generic', file('damaged.prom')],
      1,
      'no whole exposition: line 1: ',
    ],
  ])('refuses %s', async (_, args, expected, part) => {
    const { code, out, err } = await preview(args());
    expect({ code, out }).toEqual({ code: expected, out: '' });
    expect(err).toContain(part);
    expect(err).not.toContain('anna');
    expect(err).not.toContain('pw@');
  });

  it('fetches the target of the view once, with its credential', async () => {
    asked.length = 0;
    const { code, out } = await preview([...config(), '--view', 'operations']);
    expect({ code, asked }).toEqual({ code: 0, asked: ['Bearer let-me-in'] });
    expect(out).toContain('View operations of target llm\n');
    expect(out).toMatch(/~ {2}user .* replaced by pseudonyms +preset generic: people \(\*user\*\)/);
    expect(out).not.toContain('anna');
    expect(out).toContain('Values are not shown');
  });

  it('shows the credential of the target to no other address', async () => {
    asked.length = 0;
    expect((await preview([...config(), '--view', 'operations', url])).code).toBe(1);
    expect(asked).toEqual([undefined]);
    const given = await preview([
      ...config(),
      '--view',
      'operations',
      '--bearer-token-file',
      file('token'),
      url,
    ]);
    expect({ code: given.code, asked }).toEqual({ code: 0, asked: [undefined, 'Bearer let-me-in'] });
  });

  it.each<[string, () => readonly string[], readonly string[]]>([
    ['a file', () => [file('metrics.prom')], []],
    ['a file of OpenMetrics', () => [file('metrics.openmetrics')], []],
    ['standard input', () => ['-'], [EXPOSITION.slice(0, 20), EXPOSITION.slice(20)]],
  ])('reads %s', async (_, args, stdin) => {
    const { code, out } = await preview([...config(), '--view', 'plain', '--show-values', ...args()], stdin);
    expect(code).toBe(0);
    expect(out).toContain('"anna" → "anna"');
    expect(out).not.toContain('Values are not shown');
  });

  it('of a view that depends on a claim', async () => {
    const { out } = await preview([
      ...config(),
      '--view',
      'claim:idp',
      '--claim',
      '500',
      file('metrics.prom'),
    ]);
    expect(out).toContain('gone: no series of the tenant');
    const { out: other } = await preview([
      ...config(),
      '--view',
      'claim:idp',
      '--claim',
      '200',
      file('metrics.prom'),
    ]);
    expect(other).toContain('series by series');
  });

  it('explains one series', async () => {
    const { out } = await preview([
      '--preset',
      'litellm',
      '--explain',
      'up{code="200"}',
      file('metrics.prom'),
    ]);
    expect(out).toContain('preset litellm: people (*user*)');
    expect(out).toContain('up{user="p_…", code="…"}');
  });
});
