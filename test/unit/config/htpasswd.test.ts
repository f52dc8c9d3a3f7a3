import { describe, expect, it } from 'vitest';
import { parseHtpasswd } from '../../../src/config/htpasswd.js';
import { loadProblems, loadText } from '../../support/load-configuration.js';

const HASH = '$2y$10$1DpfPeqF9HzHJt.EWswy1exHluGfbhnn3yXhR7Xes6m3WJqFg0Wby';
const SCRYPT = `$scrypt$ln=15,r=8,p=3$${'A'.repeat(22)}$${'A'.repeat(43)}`;

function read(text: string): readonly string[] {
  const { users, problems } = parseHtpasswd(text);
  return [
    ...users.map(({ username, passwordHash, line }) => `${line} ${username} ${passwordHash.reveal()}`),
    ...problems.map(({ line, message }) => `${line}! ${message}`),
  ];
}

describe('parseHtpasswd', () => {
  it.each<[string, string, readonly string[]]>([
    ['a user', `alice:${HASH}\n`, [`1 alice ${HASH}`]],
    ['no line break at the end', `alice:${HASH}`, [`1 alice ${HASH}`]],
    ['CRLF', `alice:${HASH}\r\nbob:${SCRYPT}\r\n`, [`1 alice ${HASH}`, `2 bob ${SCRYPT}`]],
    ['blank lines and comments', `# users\n\n \t\nalice:${HASH}\n`, [`4 alice ${HASH}`]],
    [
      'names that are odd and possible',
      `__proto__:${HASH}\na b:${HASH}\n`,
      [`1 __proto__ ${HASH}`, `2 a b ${HASH}`],
    ],
  ])('reads %s', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it.each<[string, string, string]>([
    ['nothing', '# nobody\n', '1! there is no user'],
    ['a line without a colon', `alice\n`, '1! expected a user name, a colon and a hash'],
    ['a name without a hash', `alice:\n`, '1! not a password hash'],
    ['no name', `:${HASH}\n`, '1! the user name is wrong: empty'],
    [
      'a control character in a name',
      `al\tice:${HASH}\n`,
      '1! the user name is wrong: has control characters',
    ],
    ['a blank before a name', ` alice:${HASH}\n`, '1! the user name begins or ends with a blank'],
    ['a blank behind a hash', `alice:${HASH} \n`, '1! not a whole bcrypt hash'],
    ['a third field', `alice:${HASH}:comment\n`, '1! not a whole bcrypt hash'],
    ['an old Mac line end', `alice:${HASH}\rbob:${HASH}\n`, '1! not a whole bcrypt hash'],
    ['plain text', `\n\nalice:hunter2\n`, '3! not a password hash'],
    ['{SHA}', 'alice:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n', '1! {SHA} is not accepted; expected what'],
    ['$apr1$', 'alice:$apr1$abcdefgh$abcdefghijklmnopqrstu.\n', '1! $apr1$ (MD5) is not accepted'],
    ['crypt', 'alice:rqXexS6ZhobKA\n', '1! crypt is not accepted'],
    ['a user twice', `alice:${HASH}\nbob:${HASH}\nalice:${HASH}\n`, '3! the user of line 1 again'],
  ])('refuses %s, with its line, and repeats none of it', (_, text, problem) => {
    const found = read(text).filter((line) => line.includes('!'));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(problem);
    expect(found[0]).not.toMatch(/alice|hunter2|1Dpf|W6ph|rqX/);
  });

  it('refuses more users than a check can look through', () => {
    const text = Array.from({ length: 1_001 }, (_, index) => `u${index}:${HASH}`).join('\n');
    expect(parseHtpasswd(text).problems).toEqual([
      { line: 1_001, message: 'there are more than 1000 users' },
    ]);
  });
});

describe('htpasswd_file of a credential', () => {
  const FILE =
    'targets: { a: { url: "http://a.example/" } }\ncredentials: { team: { view: default, htpasswd_file: users } }';

  it('makes every user a proof of the credential', async () => {
    const { options } = await loadText({
      file: FILE,
      files: { '/gate/users': `alice:${HASH}\nbob:${SCRYPT}\n` },
    });
    expect(options.guard.credentials).toMatchObject([
      {
        name: 'team',
        proofs: [
          { kind: 'basic', username: 'alice' },
          { kind: 'basic', username: 'bob' },
        ],
      },
    ]);
  });

  it.each<[string, string, string]>([
    ['a byte order mark', `\u00ef\u00bb\u00bfalice:${HASH}\n`, 'byte order mark'],
    ['nothing', '', 'is empty'],
    ['a NUL', `alice:${HASH}\0\n`, 'NUL'],
    ['bytes that are no text', `al\u00ffice:${HASH}\n`, 'UTF-8'],
    ['a bad line', `# users\nalice:hunter2\n`, 'line 2: not a password hash'],
  ])('is refused with %s', async (_, content, problem) => {
    const [found, ...rest] = await loadProblems({ file: FILE, files: { '/gate/users': content } });
    expect(rest).toEqual([]);
    expect(found).toContain('credentials.team.htpasswd_file: ');
    expect(found).toContain(problem);
    expect(found).not.toContain('hunter2');
  });

  it('may not name a user of another credential', async () => {
    const file = `${FILE.slice(0, -2)}, other: { view: default, username: bob, password_hash: "${HASH}" } }`;
    const problems = await loadProblems({
      file: file.replace('htpasswd_file: users, other', 'htpasswd_file: users }, other'),
      files: { '/gate/users': `alice:${HASH}\nbob:${HASH}\n` },
    });
    expect(problems).toEqual([expect.stringContaining('the user is in the credential "team", too')]);
  });
});
