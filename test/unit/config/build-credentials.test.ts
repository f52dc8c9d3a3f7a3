import { describe, expect, it } from 'vitest';
import { loadProblems, STRONG } from '../../support/load-configuration.js';

describe('a token where its digest belongs', () => {
  const withDigest = (digest: string): string =>
    `targets: { a: { url: "http://a.example/" } }\nviews: { all: { target: a } }
credentials: { prometheus: { view: all, bearer_token_digest: "${digest}" } }`;

  it.each([
    STRONG,
    'sk-hunter2hunter2hunter2',
    '3f9c1be07a52d4864e0db7c86125f39a90e4c73bd81f562ea7304bc95d68e1f2',
  ])('is recognised, and not repeated: %#', async (token) => {
    const [problem, ...rest] = await loadProblems({ file: withDigest(token) });
    expect(rest).toEqual([]);
    expect(problem).toContain('bearer_token_digest: looks like the token itself');
    expect(problem).toContain('scrapegate token');
    expect(problem).not.toContain(token);
  });

  it.each(['sha256:00', 'SHA256', 'x', 'two words that are long enough for a token'])(
    'is not seen in %j',
    async (text) => {
      const [problem] = await loadProblems({ file: withDigest(text) });
      expect(problem).toContain('bearer_token_digest: is not a digest; expected sha256: and 64');
    },
  );
});

it('the same token twice in one credential is a problem', async () => {
  const file = `targets: { a: { url: "http://a.example/" } }
credentials: { b: { view: default, bearer_tokens: [{ token_file: /x/t }, { token_file: /x/t }] } }`;
  expect(await loadProblems({ file, files: { '/x/t': STRONG } })).toEqual([
    'credentials.b.bearer_tokens[1].token_file: the same token is more than once in this credential',
  ]);
});

describe('references to names that are not there', () => {
  it('list each known name once', async () => {
    const file = 'targets: { source: { url: "http://a.example/" } }\nviews: { all: { target: zzzzzzz } }';
    expect(await loadProblems({ file })).toEqual(['views.all.target: names no target; there is only source']);
  });
});
