import { describe, expect, test } from 'vitest';

import { isPresentableToken, readAuthorization } from '../../../src/auth/authorization.js';
import { HeaderLines } from '../../../src/internal/header-lines.js';

function read(...lines: readonly string[]): ReturnType<typeof readAuthorization> {
  return readAuthorization(HeaderLines.fromRaw(lines.flatMap((line) => ['Authorization', line])));
}

describe('readAuthorization', () => {
  test.each([
    ['no line', [], 'credential_missing'],
    ['A10: an empty line', [''], 'credential_malformed'],
    ['A10: a scheme alone', ['Bearer'], 'credential_malformed'],
    ['A10: a scheme and a space', ['Bearer '], 'credential_malformed'],
    ['A10: a tab', ['Bearer\ttoken'], 'credential_malformed'],
    ['A10: a tab after the space', ['Bearer \ttoken'], 'credential_malformed'],
    ['A10: a no-break space', ['Bearer\u00a0token'], 'credential_malformed'],
    ['A10: a no-break space in the token', ['Bearer tok\u00a0en'], 'credential_malformed'],
    ['A10: two lines', ['Bearer token', 'Bearer token'], 'credential_repeated'],
    ['A10: two lines, one empty', ['Bearer token', ''], 'credential_repeated'],
    ['B12: comma-joined credentials', ['Bearer token, Bearer token'], 'credential_malformed'],
    ['a space within the token', ['Bearer to ken'], 'credential_malformed'],
    ['a trailing line feed', ['Bearer token\n'], 'credential_malformed'],
    ['characters beyond ASCII', ['Bearer tök'], 'credential_malformed'],
    ['no scheme', [' token'], 'credential_malformed'],
    ['a token without a scheme', ['token'], 'scheme_unknown'],
    ['Digest', ['Digest username="a", realm="b"'], 'scheme_unknown'],
    ['Negotiate', ['Negotiate abc'], 'scheme_unknown'],
    ['a scheme that begins like a known one', ['BearerX token'], 'scheme_unknown'],
    ['a token of more than 8192 characters', [`Bearer ${'a'.repeat(8193)}`], 'credential_malformed'],
  ] as const)('refuses %s', (_title, lines, reason) => {
    expect(read(...lines)).toEqual({ ok: false, error: reason });
  });

  test.each(['Bearer token', 'bearer token', 'BEARER token', 'bEaReR token', 'Bearer  token'])(
    'A13: reads %j',
    (line) => {
      expect(read(line)).toEqual({ ok: true, value: { scheme: 'bearer', text: 'token' } });
    },
  );

  test('keeps every visible character of a token', () => {
    expect(read('Bearer a=b:c,d$e!')).toEqual({ ok: true, value: { scheme: 'bearer', text: 'a=b:c,d$e!' } });
    expect(read('basic dTpw')).toEqual({ ok: true, value: { scheme: 'basic', text: 'dTpw' } });
  });
});

describe('isPresentableToken', () => {
  test.each([
    ['', false],
    ['a b', false],
    ['a\n', false],
    ['ä', false],
    ['a'.repeat(4097), false],
    ['a'.repeat(4096), true],
    ['s3cr$t!', true],
  ])('%j: %s', (token, expected) => {
    expect(isPresentableToken(token)).toBe(expected);
  });
});
