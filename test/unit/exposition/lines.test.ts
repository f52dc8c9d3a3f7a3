import { describe, expect, test } from 'vitest';

import { decodeLines, MAX_LINE_BYTES } from '../../../src/exposition/lines.js';

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : Buffer.from(part))),
  );

const lastOf = (body: Uint8Array): unknown => [...decodeLines(body)].at(-1);

const textsOf = (body: Uint8Array): unknown[] =>
  [...decodeLines(body)].map((line) => (line.ok ? line.value.text : line.error));

describe('decodeLines', () => {
  test.each([
    ['nothing', bytes(), 0, 'the exposition is empty'],
    ['a byte order mark', bytes([0xef, 0xbb, 0xbf], 'a 1\n'), 1, 'byte order mark'],
    ['a UTF-16 byte order mark', bytes([0xff, 0xfe], 'a 1\n'), 1, 'invalid UTF-8'],
    ['a lone continuation byte', bytes('a 1\n', [0x80], '\n'), 2, 'invalid UTF-8'],
    ['an overlong encoding', bytes('a 1\n', [0xc0, 0xaf], '\n'), 2, 'invalid UTF-8'],
    ['an encoded surrogate', bytes([0xed, 0xa0, 0x80], '\n'), 1, 'invalid UTF-8'],
    ['a character cut by the line feed', bytes([0xe6, 0xbc], '\n', [0xa2]), 1, 'invalid UTF-8'],
    ['NUL', bytes('a 1\nb\0 1\n'), 2, 'NUL character'],
    ['CRLF', bytes('a 1\r\n'), 1, 'carriage return'],
    ['a bare CR', bytes('a{b="\r"} 1\n'), 1, 'carriage return'],
  ])('refuses %s', (_, body, line, reason) => {
    expect(lastOf(body)).toEqual({ ok: false, error: { line, reason } });
  });

  test('holds lines to their limit, to the byte', () => {
    expect(lastOf(Buffer.from(`${'é'.repeat(MAX_LINE_BYTES / 2)}\n`))).toHaveProperty('ok', true);
    expect(lastOf(Buffer.from(`\n${'a'.repeat(MAX_LINE_BYTES + 1)}`))).toEqual({
      ok: false,
      error: { line: 2, reason: 'line too long' },
    });
  });

  test('ends after the first problem', () => {
    expect(textsOf(bytes('a\n\r\nb\n'))).toEqual(['a', { line: 2, reason: 'carriage return' }]);
  });

  test('cuts at line feeds, numbers the lines and tells which of them ended', () => {
    expect([...decodeLines(bytes('é\n\n漢'))]).toEqual([
      { ok: true, value: { number: 1, text: 'é', complete: true } },
      { ok: true, value: { number: 2, text: '', complete: true } },
      { ok: true, value: { number: 3, text: '漢', complete: false } },
    ]);
    expect(textsOf(bytes('a\n'))).toEqual(['a']);
    expect(textsOf(bytes('\n'))).toEqual(['']);
  });

  test('reads a view into a larger buffer within its bounds', () => {
    expect(textsOf(bytes('xxa\nyy').subarray(2, 4))).toEqual(['a']);
  });

  test('P19: decodes no line before it is asked for', () => {
    const lines = decodeLines(Buffer.alloc(64 * 1024 * 1024, '\n'));
    expect(lines.next()).toEqual({
      done: false,
      value: { ok: true, value: { number: 1, text: '', complete: true } },
    });
  });
});
