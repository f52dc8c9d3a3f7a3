import { describe, expect, it } from 'vitest';
import { html } from '../../../src/status/html.js';

describe('html', () => {
  it.each([
    ['<script>alert(1)</script>', '&#60;script&#62;alert(1)&#60;/script&#62;'],
    ['"onmouseover="alert(1)', '&#34;onmouseover=&#34;alert(1)'],
    [`'\``, '&#39;&#96;'],
    ['&lt;', '&#38;lt;'],
    ['a\u0000b\u001b[31m\r\n', 'a\\u{0}b\\u{1b}[31m\\u{d}\\u{a}'],
    ['evil\u202egpj.exe\u200b', 'evil\\u{202e}gpj.exe\\u{200b}'],
    ['\ud800x', '\\u{d800}x'],
    ['a\u00a0b\u3000c\u2028d', 'a\\u{a0}b\\u{3000}c\\u{2028}d'],
    ['Müller 模型 🦊', 'Müller 模型 🦊'],
  ])('writes the text %j so that it stays a text', (text, markup) => {
    expect(html`<b title="${text}">${text}</b>`.toString()).toBe(`<b title="${markup}">${markup}</b>`);
  });

  it('takes markup, numbers and lists as they are, and nothing for what is absent', () => {
    const item = (text: string) => html`<i>${text}</i>`;
    expect(html`${[item('a<'), item('b')]}${3}${undefined}${false}${''}`.toString()).toBe(
      '<i>a&#60;</i><i>b</i>3',
    );
  });

  it('does not take an object for markup because it looks like it', () => {
    const forged: string = JSON.parse('{"text":"<b>"}').text;
    expect(html`${forged}`.toString()).toBe('&#60;b&#62;');
  });
});
