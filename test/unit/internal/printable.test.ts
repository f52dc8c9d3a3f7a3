import { describe, expect, it } from 'vitest';
import { printable } from '../../../src/internal/printable.js';

describe('printable', () => {
  it.each([
    ['an escape sequence', '\u001b[31mred', '\\u{1b}[31mred'],
    ['a line feed', 'a\nb', '\\u{a}', 'a', 'b'],
    ['a carriage return', 'a\rb', 'a\\u{d}b'],
    ['C1 controls', '\u009b2J', '\\u{9b}2J'],
    ['a change of direction', 'a\u202eb', 'a\\u{202e}b'],
    ['an isolate', '\u2066x\u2069', '\\u{2066}x\\u{2069}'],
    ['a zero-width space', 'a\u200bb', 'a\\u{200b}b'],
    ['a byte order mark', '\ufeffa', '\\u{feff}a'],
    ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
    ['a no-break space', 'a\u00a0b', 'a\\u{a0}b'],
    ['a filler', '\u3164', '\\u{3164}'],
    ['a tag character', '\u{e0041}', '\\u{e0041}'],
    ['half a character', 'a\ud800b', 'a\\u{d800}b'],
    ['what looks escaped already', '\\u{1b}', '\\\\u{1b}'],
  ])('escapes %s', (_, text, ...parts) => {
    for (const part of parts) expect(printable(text)).toContain(part);
    expect(printable(text)).toMatch(/^[\p{L}\p{N}\p{P}\p{S} ]*$/u);
  });

  it('leaves what is plainly visible', () => {
    expect(printable('anna.müller@acme.example "x" {y} 東京 😀')).toBe(
      'anna.müller@acme.example "x" {y} 東京 😀',
    );
  });

  it('cuts long text between characters, and says so', () => {
    expect(printable('😀😀😀', 2)).toBe('😀😀…');
    expect(printable('abc', 3)).toBe('abc');
    expect(printable('x'.repeat(1_000_000))).toBe(`${'x'.repeat(200)}…`);
  });
});
